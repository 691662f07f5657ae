package io.registryrouter.faults;

import io.registryrouter.faults.Lane.Domain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What arrived at one destination. Each event is compared with the one that was sent, byte by byte,
 * as it comes; kept is only which numbers came. Thread-safe.
 */
final class Arrivals {

  private final String destination;
  private final Wire wire;
  private final Sequences sequences;
  private final Problems problems;
  private final Map<String, Fingerprint> byKey = new HashMap<>();
  private final Set<String> storedKeys = new HashSet<>();
  private final Map<String, TreeMap<Long, Long>> storedRanges = new HashMap<>();
  private final Map<Sequence, Seen> seen = new HashMap<>();
  private long repeatedRequests;
  private long storedRequests;
  private long events;

  private record Fingerprint(int length, long crc) {

    static Fingerprint of(byte[] body) {
      CRC32C crc = new CRC32C();
      crc.update(body);
      return new Fingerprint(body.length, crc.getValue());
    }
  }

  /** What came of one source, and how often numbers came again in other requests. */
  private static final class Seen {
    private final BitSet numbers = new BitSet();
    private final Map<Domain, Integer> last = new EnumMap<>(Domain.class);
    private final Map<Integer, Integer> again = new TreeMap<>();
  }

  Arrivals(String destination, Wire wire, Sequences sequences, Problems problems) {
    this.destination = destination;
    this.wire = wire;
    this.sequences = sequences;
    this.problems = problems;
  }

  /** A request was read to its end, whatever becomes of it. */
  synchronized void read(String key, byte[] body) {
    Fingerprint now = Fingerprint.of(body);
    Fingerprint before = byKey.putIfAbsent(key, now);
    if (before != null && !before.equals(now)) {
      problems.add(
          "%s: Idempotency-Key %s came with %s and then with %s", destination, key, before, now);
    }
  }

  /** The receiver has the events of a request that was {@link #read} before. */
  synchronized void stored(String key, byte[] body) throws IOException {
    storedRequests++;
    if (isNew(key)) {
      check("request " + key, wire.inflated(body));
    } else {
      repeatedRequests++;
    }
  }

  /** Requests are the same as a whole or have nothing in common. */
  private boolean isNew(String key) {
    String[] parts = key.split("-");
    long from = Long.parseLong(parts[parts.length - 2]);
    long to = Long.parseLong(parts[parts.length - 1]);
    String spool = key.substring(0, 8); // what stays of it after a restart
    TreeMap<Long, Long> ranges = storedRanges.computeIfAbsent(spool, any -> new TreeMap<>());
    Map.Entry<Long, Long> before = ranges.lowerEntry(to);
    if (before != null && before.getValue() > from) {
      if (storedKeys.contains(key)) {
        return false;
      }
      problems.add("%s: %s overlaps what was stored before: %s", destination, key, before);
    }
    ranges.put(from, to);
    storedKeys.add(key);
    return true;
  }

  /** Checks a stretch of whole events, as an archive or a request has them. */
  synchronized void check(String where, byte[] bytes) {
    int at = 0;
    if (wire.begin() != 0) {
      if (bytes.length == 0 || bytes[0] != wire.begin()) {
        problems.add("%s: %s does not begin as it should", destination, where);
        return;
      }
      at = 1;
    }
    while (at < bytes.length) {
      int next = event(where, bytes, at);
      if (next < 0) {
        return;
      }
      byte separator = next == bytes.length - 1 ? wire.end() : wire.between();
      if (next >= bytes.length || bytes[next] != separator) {
        problems.add("%s: %s: no separator at %d of %d", destination, where, next, bytes.length);
        return;
      }
      at = next + 1;
    }
  }

  /** The end of the event that begins there; -1 when it is none that was sent. */
  private int event(String where, byte[] bytes, int at) {
    String start =
        new String(bytes, at, Math.min(60, bytes.length - at), StandardCharsets.ISO_8859_1);
    int colon = start.indexOf(':', 7);
    int quote = start.indexOf('"', 7);
    if (!start.startsWith("{\"id\":\"") || colon < 0 || quote < colon) {
      problems.add("%s: %s: no event begins at %d: %s", destination, where, at, start);
      return -1;
    }
    Sequence sequence = sequences.named(start.substring(7, colon));
    int number = Integer.parseInt(start.substring(colon + 1, quote));
    if (sequence == null || number >= sequence.sent()) {
      problems.add("%s: %s: was never sent: %s", destination, where, start);
      return -1;
    }
    byte[] expected = sequence.arriving(number);
    int end = at + expected.length;
    if (end > bytes.length || !Arrays.equals(bytes, at, end, expected, 0, expected.length)) {
      problems.add("%s: %s: other bytes than sent, or cut: %s", destination, where, start);
      return -1;
    }
    note(sequence, number);
    return end;
  }

  private void note(Sequence sequence, int number) {
    events++;
    if (!sequence.destination(number).equals(destination)) {
      problems.add("%s: %s:%d belongs elsewhere", destination, sequence, number);
    }
    Seen of = seen.computeIfAbsent(sequence, any -> new Seen());
    if (of.numbers.get(number)) {
      of.again.merge(number, 1, Integer::sum);
      return;
    }
    of.numbers.set(number);
    Integer before = of.last.put(sequence.domain(number), number);
    if (before != null && before > number) {
      problems.add("%s: %s:%d came first after %d", destination, sequence, number, before);
    }
  }

  synchronized boolean has(Sequence sequence, int number) {
    Seen of = seen.get(sequence);
    return of != null && of.numbers.get(number);
  }

  /** How often events of a source came again in other requests. */
  synchronized Map<Integer, Integer> again(Sequence sequence) {
    Seen of = seen.get(sequence);
    return of == null ? Map.of() : new TreeMap<>(of.again);
  }

  synchronized long events() {
    return events;
  }

  synchronized long repeatedRequests() {
    return repeatedRequests;
  }

  @Override
  public synchronized String toString() {
    return String.format(
        "%d events in %d stored requests, %d of them repeated",
        events, storedRequests, repeatedRequests);
  }
}
