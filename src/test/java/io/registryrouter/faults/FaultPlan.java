package io.registryrouter.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a receiver does with each request, drawn one after the other from a seed. The same seed
 * gives the same answers in the same order; when they come is up to the router. Thread-safe.
 */
final class FaultPlan {

  /** Of a hundred requests; the rest goes well. */
  private static final Map<Fault, Integer> USUAL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(Fault.SLOW_READ, 3),
              Map.entry(Fault.HANG, 1),
              Map.entry(Fault.RESET_IN_BODY, 3),
              Map.entry(Fault.BREAK_AFTER_STORING, 4),
              Map.entry(Fault.REFUSE, 2),
              Map.entry(Fault.ACCEPT_AND_CLOSE, 2),
              Map.entry(Fault.SERVER_ERROR, 3),
              Map.entry(Fault.UNAVAILABLE, 3),
              Map.entry(Fault.UNAVAILABLE_TRY_AT_ONCE, 2),
              Map.entry(Fault.UNAVAILABLE_TRY_LATER, 1),
              Map.entry(Fault.TOO_MANY_TRY_AT_ONCE, 2),
              Map.entry(Fault.UNAUTHORIZED, 1),
              Map.entry(Fault.NOT_FOUND, 1)));

  private final String description;
  private final List<Fault> choices;
  private final Random random;

  private FaultPlan(String description, List<Fault> choices, Random random) {
    this.description = description;
    this.choices = choices;
    this.random = random;
  }

  /** The usual mixture, different for each receiver. */
  static FaultPlan seeded(long seed, String receiver) {
    List<Fault> choices = new ArrayList<>();
    USUAL.forEach((fault, times) -> choices.addAll(Collections.nCopies(times, fault)));
    while (choices.size() < 100) {
      choices.add(Fault.NONE);
    }
    String description = "seed " + seed + ", of 100 requests " + USUAL;
    return new FaultPlan(description, choices, new Random(seed * 31 + receiver.hashCode()));
  }

  static FaultPlan always(Fault fault) {
    return new FaultPlan("always " + fault, List.of(fault), new Random(0));
  }

  static FaultPlan healthy() {
    return always(Fault.NONE);
  }

  synchronized Fault next() {
    return choices.get(random.nextInt(choices.size()));
  }

  @Override
  public String toString() {
    return description;
  }
}
