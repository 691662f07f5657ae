package io.registryrouter.spool;

import io.registryrouter.disk.Aside;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts segments to what is whole of them when a log is opened, names events that the index has
 * lost, and sets aside what a disk has damaged.
 */
final class Repair {

  private static final Logger LOG = LoggerFactory.getLogger(Repair.class);

  private final String destination;

  Repair(String destination) {
    this.destination = destination;
  }

  /** A segment's events go after its index, so that an index without them has lost them. */
  void setAsideIndex(Path directory, long base) throws IOException {
    Path index = directory.resolve(Segment.name(base) + Segment.INDEX);
    Path aside = directory.resolve("damaged-" + base + Segment.INDEX);
    LOG.atError()
        .addKeyValue("destination", destination)
        .addKeyValue("segment", Segment.name(base) + Segment.DATA)
        .addKeyValue("events", events(IndexEntry.read(index, base)))
        .addKeyValue("aside", aside)
        .log("a file of the spool is gone, and its events with it; its index is set aside");
    Files.move(index, aside, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * What was between the cursor and the first segment. It was not the router that deleted it, for
   * which a cursor behind it has to be on disk.
   */
  void sayWhatIsGone(long from, long to) {
    LOG.atError()
        .addKeyValue("destination", destination)
        .addKeyValue("offset", from)
        .addKeyValue("to", to)
        .log("the spool begins behind the cursor; what was between is gone, perhaps undelivered");
  }

  /**
   * The last segment is cut to its last whole append. Torn appends behind it were not acknowledged;
   * whatever else stands there is set aside.
   *
   * @return offset behind what is left
   */
  long cutTail(Segment segment) throws IOException {
    if (segment.length() == 0 && segment.indexLength() == 0) {
      return segment.base();
    }
    List<IndexEntry> entries = segment.readIndex();
    int whole = 0;
    while (whole < entries.size() && segment.isWhole(entries.get(whole))) {
      whole++;
    }
    List<IndexEntry> kept = entries.subList(0, whole);
    List<IndexEntry> unnamed = unnamed(segment, kept, entries, Long.MAX_VALUE);
    long end = end(segment, kept, unnamed);
    long behind = segment.base() + segment.length() - end;
    if (!isTorn(segment, end, entries.subList(whole, entries.size()))) {
      LOG.atError()
          .addKeyValue("destination", destination)
          .addKeyValue("offset", end)
          .addKeyValue("aside", setAside(segment, end, Long.MAX_VALUE))
          .log(
              "the spool is damaged, or a power failure found later pages of it written and earlier"
                  + " ones not; all from there is set aside, acknowledged or not");
    } else if (behind != 0 || whole < entries.size()) {
      LOG.atWarn()
          .addKeyValue("destination", destination)
          .addKeyValue("segment", segment.dataFile().getFileName())
          .addKeyValue("offset", end)
          .addKeyValue("bytes", behind)
          .log("the spool was cut to its last whole append; what came behind was not acknowledged");
    }
    segment.truncate(end, kept);
    segment.force();
    name(segment, kept, unnamed);
    return end;
  }

  /**
   * Whether nothing behind an offset can have been acknowledged. Appends come to disk in their
   * order, so that behind a torn one none was; it ends in no line feed, or the index names it.
   * Where there are whole appends or further lines behind it, the disk may have lost of what it had
   * taken, and nobody can tell.
   *
   * @param named appends from there on, of which the first is not whole
   */
  private static boolean isTorn(Segment segment, long offset, List<IndexEntry> named)
      throws IOException {
    for (IndexEntry entry : named) {
      if (segment.isWhole(entry)) {
        return false;
      }
    }
    long behind = named.isEmpty() ? offset : named.get(named.size() - 1).end();
    return !hasLineFeed(segment, behind);
  }

  private static boolean hasLineFeed(Segment segment, long from) throws IOException {
    if (from - segment.base() >= segment.length()) {
      return false;
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(segment.dataFile()))) {
      in.skipNBytes(from - segment.base());
      int b = in.read();
      while (b >= 0 && b != '\n') {
        b = in.read();
      }
      return b == '\n';
    }
  }

  /**
   * A segment before the last was on disk up to where the next one begins before anything was
   * written there; an end that is not there any more, or not what it was, is damage. Only appends
   * at the end are read for that: a start must not take as long as reading all that waits.
   *
   * @return offset behind what is left
   */
  long cutDamage(Segment segment, long next) throws IOException {
    List<IndexEntry> entries =
        segment.readIndex().stream().filter(entry -> entry.end() <= next).toList();
    int whole = entries.size();
    while (whole > 0 && !segment.isWhole(entries.get(whole - 1))) {
      whole--;
    }
    List<IndexEntry> kept = entries.subList(0, whole);
    List<IndexEntry> unnamed = unnamed(segment, kept, entries, next);
    long end = end(segment, kept, unnamed);
    if (end < next) {
      List<IndexEntry> lost = entries.subList(whole, entries.size());
      LOG.atError()
          .addKeyValue("destination", destination)
          .addKeyValue("segment", segment.dataFile().getFileName())
          .addKeyValue("offset", end)
          .addKeyValue("to", next)
          .addKeyValue("events", end(segment, lost, lost) == next ? events(lost) : "unknown")
          .addKeyValue("aside", setAside(segment, end, next))
          .log("a part of the spool is damaged or gone; delivery goes on behind it");
      segment.truncate(end, kept);
      segment.force();
    }
    name(segment, kept, unnamed);
    return end;
  }

  /** Events behind an append that is not whole were not acknowledged, or are damage like it. */
  private static List<IndexEntry> unnamed(
      Segment segment, List<IndexEntry> kept, List<IndexEntry> entries, long to)
      throws IOException {
    return kept.size() == entries.size() ? UnnamedEvents.find(segment, kept, to) : List.of();
  }

  private static long end(Segment segment, List<IndexEntry> named, List<IndexEntry> unnamed) {
    List<IndexEntry> last = unnamed.isEmpty() ? named : unnamed;
    return last.isEmpty() ? segment.base() : last.get(last.size() - 1).end();
  }

  private static long events(List<IndexEntry> entries) {
    return entries.stream().mapToLong(IndexEntry::events).sum();
  }

  /**
   * Keeps what is cut off for somebody to look at, behind what was kept at that offset before.
   *
   * @return the file, or that there was nothing to keep
   */
  private static String setAside(Segment segment, long from, long to) throws IOException {
    Path data = segment.dataFile();
    Path aside = data.resolveSibling("damaged-" + from + Segment.DATA);
    long at = from - segment.base();
    long end = Math.min(segment.length(), to - segment.base());
    if (at >= end) {
      return "nothing left";
    }
    Aside.keep(data, at, end, aside);
    return aside.toString();
  }

  private void name(Segment segment, List<IndexEntry> named, List<IndexEntry> unnamed)
      throws IOException {
    if (!unnamed.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("destination", destination)
          .addKeyValue("segment", segment.dataFile().getFileName())
          .addKeyValue("offset", unnamed.get(0).offset())
          .addKeyValue("events", events(unnamed))
          .log("the index had lost events of the spool, as after a power failure; they are kept");
      segment.writeIndex(named, unnamed);
    }
    segment.forceIndex();
  }
}
