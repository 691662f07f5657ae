package io.registryrouter.spool;

import io.registryrouter.disk.SteadyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before logs are opened: writes to their segments what the {@link Journal} has and they lack, as
 * after a power failure. After a kill they lack nothing.
 */
final class JournalReplay {

  private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

  private final Path directory;

  private final Map<Path, Optional<Cursor.State>> cursors = new HashMap<>();

  /** Segments that were looked at. */
  private final Map<Path, SteadyFile> segments = new LinkedHashMap<>();

  /** Segments that are not there and should be. */
  private final Set<Path> gone = new HashSet<>();

  /** Bytes that a destination's log lacked. */
  private final Map<String, Long> replayed = new LinkedHashMap<>();

  private JournalReplay(Path directory) {
    this.directory = directory;
  }

  /**
   * There is no journal when this returns.
   *
   * @param directory of all logs
   * @throws IOException when a log or the journal cannot be read or written; nothing is lost then
   */
  static void run(Path directory) throws IOException {
    JournalReplay replay = new JournalReplay(directory);
    try {
      for (JournalRecord record : records(directory)) {
        for (JournalRecord.Stretch stretch : record.stretches()) {
          replay.replay(stretch);
        }
      }
      for (SteadyFile segment : replay.segments.values()) {
        segment.force();
      }
    } finally {
      for (SteadyFile segment : replay.segments.values()) {
        segment.close();
      }
    }
    replay.replayed.forEach(
        (destination, bytes) ->
            LOG.atWarn()
                .addKeyValue("destination", destination)
                .addKeyValue("bytes", bytes)
                .log("events that its spool had lost were taken from the journal"));
    Journal.delete(directory);
  }

  /** In the order in which they were written. */
  private static List<JournalRecord> records(Path directory) throws IOException {
    List<List<JournalRecord>> files = new ArrayList<>();
    for (String name : Journal.FILES) {
      Path file = directory.resolve(name);
      if (Files.isDirectory(file)) {
        throw new FileSystemException(
            file.toString(),
            null,
            "a directory; a file of the spool's journal is expected here; move the directory away");
      }
      if (Files.exists(file)) {
        files.add(records(ByteBuffer.wrap(Files.readAllBytes(file))));
      }
    }
    return files.stream()
        .filter(records -> !records.isEmpty())
        .sorted(Comparator.comparing(records -> records.get(0).number()))
        .flatMap(List::stream)
        .toList();
  }

  /** Behind the last record there are older ones, or one that was not acknowledged. */
  private static List<JournalRecord> records(ByteBuffer journal) {
    List<JournalRecord> records = new ArrayList<>();
    int position = 0;
    Optional<JournalRecord> next = JournalRecord.read(journal, position);
    while (next.isPresent()
        && (records.isEmpty()
            || next.get().number() == records.get(records.size() - 1).number() + 1)) {
      records.add(next.get());
      position = JournalRecord.next(journal, position);
      next = JournalRecord.read(journal, position);
    }
    return records;
  }

  private void replay(JournalRecord.Stretch stretch) throws IOException {
    Path log = directory.resolve(stretch.destination());
    Path file = log.resolve(Segment.name(stretch.base()) + Segment.DATA);
    if (!cursors.containsKey(log)) {
      cursors.put(log, Cursor.read(new LogDirectory(log).cursor()));
    }
    Optional<Cursor.State> cursor = cursors.get(log);
    if (cursor.isPresent() && !cursor.get().log().equals(stretch.log())) {
      return; // of another log that had this name
    }
    if (!segments.containsKey(file) && Files.exists(file)) {
      segments.put(file, SteadyFile.open(file));
    }
    SteadyFile segment = segments.get(file);
    long position = stretch.from() - stretch.base();
    boolean fits = segment != null && segment.size() >= position;
    if (fits) {
      if (!holds(segment, position, stretch.events())) {
        replayed.merge(stretch.destination(), stretch.to() - stretch.from(), Long::sum);
      } // else it may be there in memory only, since an fsync that failed
      segment.write(stretch.events().duplicate(), position);
    }
    boolean delivered = cursor.isPresent() && cursor.get().offset() >= stretch.to();
    if (!fits && !delivered && gone.add(file)) {
      sayGone(stretch, file);
    }
  }

  private static boolean holds(SteadyFile segment, long position, ByteBuffer events)
      throws IOException {
    if (segment.size() < position + events.remaining()) {
      return false;
    }
    ByteBuffer there = ByteBuffer.allocate(events.remaining());
    segment.read(there, position);
    return there.flip().equals(events);
  }

  /** Somebody has deleted it, or what was before it: its log says what is missing. */
  private static void sayGone(JournalRecord.Stretch stretch, Path file) {
    LOG.atWarn()
        .addKeyValue("destination", stretch.destination())
        .addKeyValue("segment", file)
        .addKeyValue("offset", stretch.from())
        .log(
            "what the journal has of a segment cannot be put back, for it is not there or ends before");
  }
}
