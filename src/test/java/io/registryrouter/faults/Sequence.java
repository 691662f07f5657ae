package io.registryrouter.faults;

import io.registryrouter.faults.Lane.Domain;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The numbered events of one source, a client or a file. Everything about an event follows from its
 * number, so nothing has to be kept to know what should arrive. Thread-safe.
 */
final class Sequence {

  private static final Domain[] DOMAINS = Domain.values();
  private static final String POISON = "poison";

  private final String name;
  private final Lane lane;
  private final boolean file;
  private final int poisonEvery;
  private final BitSet acceptedEvents = new BitSet();
  private final Map<Integer, Integer> unanswered = new HashMap<>();
  private int sent;

  private Sequence(String name, Lane lane, boolean file, int poisonEvery) {
    this.name = name;
    this.lane = lane;
    this.file = file;
    this.poisonEvery = poisonEvery;
  }

  /**
   * @param poisonEvery one of so many is refused by its receiver for good; 0: none
   */
  static Sequence ofClient(String name, Lane lane, int poisonEvery) {
    return new Sequence(name, lane, false, poisonEvery);
  }

  /** As for a client. */
  static Sequence ofFile(String name, Lane lane, int poisonEvery) {
    return new Sequence(name, lane, true, poisonEvery);
  }

  String name() {
    return name;
  }

  Lane lane() {
    return lane;
  }

  boolean isFile() {
    return file;
  }

  /** From now on the events before {@code end} may arrive. */
  synchronized void sent(int end) {
    sent = Math.max(sent, end);
  }

  synchronized int sent() {
    return sent;
  }

  /** The router said that it has these. */
  synchronized void accepted(int from, int to) {
    acceptedEvents.set(from, to);
  }

  /** The numbers of all that it has. */
  synchronized BitSet accepted() {
    return (BitSet) acceptedEvents.clone();
  }

  /** These were sent, but the connection broke before an answer: they may be in the spool. */
  synchronized void unanswered(int from, int to) {
    for (int n = from; n < to; n++) {
      unanswered.merge(n, 1, Integer::sum);
    }
  }

  synchronized int unanswered(int n) {
    return unanswered.getOrDefault(n, 0);
  }

  private int mixed(int n) {
    int hash = (name.hashCode() * 31 + n) * 0x9E3779B9;
    return (hash ^ hash >>> 15) & Integer.MAX_VALUE;
  }

  boolean isPoison(int n) {
    return poisonEvery > 0 && n % poisonEvery == poisonEvery - 1;
  }

  /** Whether a request's text holds an event that its receiver refuses for good. */
  static boolean hasPoison(String text) {
    return text.contains(POISON);
  }

  Domain domain(int n) {
    return DOMAINS[mixed(n) % DOMAINS.length];
  }

  String destination(int n) {
    return domain(n).destination(lane);
  }

  /** The event without its last brace: with spaces, odd numbers, escapes and different lengths. */
  private String begin(int n) {
    int mixed = mixed(n);
    String text = "é🚀\\u0041\\\"x".repeat(mixed % 97 == 0 ? 900 : mixed % 23);
    return String.format(
        "{\"id\":\"%s:%d\", \"eventTime\":\"2019-08-15T12:00:00.00+0000\",\"n\" : %d.50,"
            + "\"action\":\"container-registry.image.pull\",\"text\":\"%s%s\","
            + "\"target\":{\"name\":\"%s/team/app:1\"} ",
        name, n, n, isPoison(n) ? POISON : "", text, domain(n).host());
  }

  String event(int n) {
    return begin(n) + "}";
  }

  /** The bytes that have to arrive. */
  byte[] arriving(int n) {
    return (begin(n) + domain(n).enrichment(lane) + "}").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return name;
  }
}
