package io.registryrouter.spool;

import static io.registryrouter.disk.SmallJson.JSON;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.registryrouter.disk.WholeFile;
import io.registryrouter.route.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far files have come into a log. A crash may come after events are in the log and before the
 * progress within their file is noted, and another log may take nothing of a batch; the file is
 * then taken up again a little too early, and what the log has of it already is left out. They are
 * found in the indexes of the segments; what segments said that are deleted stands in a file.
 */
final class Marks {

  /**
   * How many are known: of each file that is being read, or waits with a part taken, one for each
   * registry in it. Some 190 bytes each, in the log of each destination.
   */
  static final int MOST = 2000;

  /** How many are written, the latest. */
  private static final int MOST_WRITTEN = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(Marks.class);

  private static final TypeReference<Map<String, Long>> WRITTEN = new TypeReference<>() {};

  private final Map<String, Long> lastOffsets =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };

  private final Deque<Pending> pending = new ArrayDeque<>();

  /**
   * An append that is not on disk yet.
   *
   * @param end offset in the log behind it
   */
  private record Pending(long end, String key, long lastOffset) {}

  /** Those that were written; none when they cannot be read, then events may come again. */
  static Marks read(Path file) throws IOException {
    Marks marks = new Marks();
    try {
      Map<String, Long> written = JSON.readValue(Files.readAllBytes(file), WRITTEN);
      if (written == null || written.containsValue(null)) {
        sayNotReadable(file);
      } else {
        written.forEach(marks::keep);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("no segment was deleted yet", e);
    } catch (JacksonException e) {
      sayNotReadable(file);
    }
    return marks;
  }

  private static void sayNotReadable(Path file) {
    LOG.atWarn()
        .addKeyValue("file", file)
        .log("not readable; what was taken of a file that was being read may come again");
  }

  /** Before segments are deleted whose indexes say the same. */
  void write(Path file) throws IOException {
    if (lastOffsets.isEmpty()) {
      return;
    }
    Map<String, Long> latest = new LinkedHashMap<>();
    lastOffsets.entrySet().stream()
        .skip(Math.max(0, lastOffsets.size() - MOST_WRITTEN))
        .forEach(mark -> latest.put(mark.getKey(), mark.getValue()));
    WholeFile.replace(file, JSON.writeValueAsBytes(latest));
  }

  /** Notes an append that was found in the log. */
  void note(IndexEntry entry) {
    String reading = entry.source().reading();
    if (!reading.isEmpty()) {
      keep(key(reading, entry.path(), entry.domain()), entry.sourceOffset());
    }
  }

  /** Notes an append, which counts once it is {@link #durable}. */
  void appended(Group group, long end) {
    String reading = group.batch().source().reading();
    if (!reading.isEmpty()) {
      pending.add(new Pending(end, key(reading, group), group.lastOffset()));
    }
  }

  /** What ends there, or before, is on disk. */
  void durable(long end) {
    while (!pending.isEmpty() && pending.peek().end() <= end) {
      Pending append = pending.remove();
      keep(append.key(), append.lastOffset());
    }
  }

  /** What is not on disk yet is not in the log any more. */
  void givenBack() {
    pending.clear();
  }

  /** As the newest, so that the oldest are those of files that were read long ago. */
  private void keep(String key, long lastOffset) {
    Long before = lastOffsets.remove(key);
    lastOffsets.put(key, before == null ? lastOffset : Math.max(before, lastOffset));
  }

  /** The events of a group that the log does not have. */
  Group unknownOf(Group group) {
    String reading = group.batch().source().reading();
    if (reading.isEmpty() || lastOffsets.isEmpty()) {
      return group;
    }
    Long known = lastOffsets.get(key(reading, group));
    return known == null ? group : group.behind(known);
  }

  private static String key(String reading, Group group) {
    return key(reading, group.path().label(), group.registry().domain());
  }

  /** Order is kept for a source and a registry, so that one number says which events are there. */
  private static String key(String reading, String path, String domain) {
    return reading + " " + path + " " + domain;
  }
}
