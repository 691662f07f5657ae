package io.registryrouter.deliver;

import io.registryrouter.disk.Directories;
import io.registryrouter.disk.FileState;
import io.registryrouter.disk.SteadyFile;
import io.registryrouter.spool.Slice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One destination's NDJSON files, {@code <yyyy-mm-dd>.<spool>.<offset>.ndjson}: the day it was
 * begun (UTC), the log it was copied from, and the offset of its first byte there. Because a file
 * is a copy of a stretch of the log, what a crash left half written is found by its offset and cut
 * off before it is written again. Thread-safe.
 */
final class Archive implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Archive.class);
  private static final Pattern NAME =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)\\.([0-9a-f]{8})\\.(\\d{20})\\.ndjson");

  private final Path directory;
  private final boolean fsync;
  private final Clock clock;
  private Path path;
  private FileChannel file;
  private LocalDate day;
  private Object key;
  private long size;
  private long end = -1;

  Archive(Path directory, boolean fsync, Clock clock) {
    this.directory = directory;
    this.fsync = fsync;
    this.clock = clock;
  }

  /** Lets go of a file that somebody has deleted, which keeps its room on the disk until then. */
  synchronized void release() throws IOException {
    if (file != null && !isAsLeft()) {
      close();
    }
  }

  /** Appends a slice; one that was appended before, in whole or in part, takes its own place. */
  synchronized void append(Slice slice) throws IOException {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    if (slice.from() != end) { // the first one, or one that comes again
      close();
      Files.createDirectories(directory);
      cutBack(slice);
    }
    if (file == null || !today.equals(day) || !isAsLeft()) {
      close();
      create(slice, today);
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(slice.buffer(), 0, slice.length());
      while (bytes.position() < slice.length()) {
        bytes.limit(Math.min(bytes.position() + SteadyFile.PIECE, slice.length()));
        file.write(bytes);
      }
      if (fsync) {
        file.force(false);
      }
    } catch (IOException e) {
      close();
      end = -1; // look at the files again before the next attempt
      throw e;
    }
    end = slice.to();
    size += slice.length();
  }

  /** Not when somebody has edited, replaced or deleted it. */
  private boolean isAsLeft() throws IOException {
    return FileState.ifThere(path)
        .filter(now -> Objects.equals(now.key(), key) && now.size() == size)
        .isPresent();
  }

  private void create(Slice slice, LocalDate today) throws IOException {
    Files.createDirectories(directory);
    String name = String.format("%s.%s.%020d.ndjson", today, slice.log(), slice.from());
    open(directory.resolve(name), today);
    Directories.force(directory);
  }

  private void open(Path path, LocalDate begun) throws IOException {
    close();
    this.path = path;
    this.file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    this.day = begun;
    this.key = FileState.of(path).key();
    this.size = file.size();
  }

  /** Removes what this log has archived from the slice's first byte on: it was not acknowledged. */
  private void cutBack(Slice slice) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.sorted().toList();
    }
    for (Path path : files) {
      Matcher name = NAME.matcher(path.getFileName().toString());
      if (!name.matches() || !name.group(2).equals(slice.log())) {
        continue;
      }
      long begin = Long.parseLong(name.group(3));
      long size = Files.size(path);
      boolean across = begin < slice.from() && begin + size >= slice.from();
      if (across && !endsLine(path, slice.from() - begin)) {
        LOG.atWarn()
            .addKeyValue("destination", slice.destination())
            .addKeyValue("file", path)
            .log("somebody has edited it; it stays as it is, and a new file is begun");
        continue;
      }
      if (begin + size > slice.to()) {
        warn(path, slice, begin + size - Math.max(begin, slice.from()));
      }
      if (begin >= slice.from()) {
        Files.delete(path);
      } else if (across) {
        open(path, LocalDate.parse(name.group(1)));
        this.size = slice.from() - begin;
        file.truncate(this.size);
      }
    }
    end = slice.from();
  }

  /** False where no event of this log can end: its bytes are not those that were written. */
  private static boolean endsLine(Path path, long length) throws IOException {
    try (FileChannel archived = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return archived.read(last, length - 1) == 1 && last.get(0) == '\n';
    }
  }

  private static void warn(Path path, Slice slice, long bytes) {
    LOG.atWarn()
        .addKeyValue("destination", slice.destination())
        .addKeyValue("file", path)
        .addKeyValue("offset", slice.from())
        .addKeyValue("bytes", bytes)
        .log(
            "cut back: the cursor is before what is archived, as in an older copy of the spool or"
                + " after a power failure; only what the spool still has is archived again");
  }

  @Override
  public synchronized void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
