package io.registryrouter.deliver;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import io.registryrouter.spool.IndexEntry;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Makes dead letters of events of a log, each without its enrichment. */
final class SpooledEvents {

  /** Written by the router before the last brace of every event; what came in with one has none. */
  private static final byte[] ENRICHMENT = ",\"enrichment\":{".getBytes(StandardCharsets.UTF_8);

  private SpooledEvents() {}

  /**
   * The events of a slice as dead letters.
   *
   * @param origin the append they came with, for the source; an event says its path itself where
   *     the append does not
   */
  static List<DeadLetter> deadLetters(
      Slice slice, IndexEntry origin, Reason reason, String detail, DeadLetter.Delivery delivery)
      throws IOException {
    Optional<EventPath> path = EventPath.of(origin.path());
    Source.Kind kind =
        origin.source().kind().equals(Source.Kind.HTTP.label())
            ? Source.Kind.HTTP
            : Source.Kind.FILE;
    Source source = new Source(kind, origin.source().name());
    List<DeadLetter> deadLetters = new ArrayList<>(slice.events());
    slice.forEach(
        (start, end) -> {
          boolean first = slice.from() + start == origin.offset();
          deadLetters.add(
              new DeadLetter(
                  reason,
                  detail,
                  path.orElseGet(() -> path(slice.buffer(), start, end)),
                  source,
                  first ? origin.line() : 0,
                  0,
                  new DeadLetter.Json(original(slice.buffer(), start, end)),
                  delivery));
        });
    return deadLetters;
  }

  /** The path that an event took, with which its enrichment ends. */
  private static EventPath path(byte[] buffer, int from, int to) {
    return Arrays.stream(EventPath.values())
        .filter(taken -> endsWith(buffer, from, to, "\"path\":\"" + taken + "\"}}"))
        .findFirst()
        .orElse(EventPath.ACTIVITY_TRACKER);
  }

  private static boolean endsWith(byte[] buffer, int from, int to, String text) {
    byte[] end = text.getBytes(StandardCharsets.UTF_8);
    return to - from >= end.length
        && Arrays.equals(buffer, to - end.length, to, end, 0, end.length);
  }

  /** An append of which nothing is known. */
  static IndexEntry unnamed(Slice slice) {
    return new IndexEntry(
        slice.from(),
        slice.length(),
        slice.events(),
        "",
        "",
        "",
        new IndexEntry.Origin("file", "spool/" + slice.destination(), ""),
        0,
        0,
        "");
  }

  /** The event without its enrichment, which is the last member. */
  private static byte[] original(byte[] buffer, int from, int to) {
    int cut = to - 1;
    while (cut > from && !startsWith(buffer, cut, to)) {
      cut--;
    }
    if (cut == from) {
      return Arrays.copyOfRange(buffer, from, to); // not one of the router's own lines
    }
    byte[] original = Arrays.copyOfRange(buffer, from, cut + 1);
    original[cut - from] = '}';
    return original;
  }

  private static boolean startsWith(byte[] buffer, int at, int to) {
    return to - at >= ENRICHMENT.length
        && Arrays.equals(buffer, at, at + ENRICHMENT.length, ENRICHMENT, 0, ENRICHMENT.length);
  }
}
