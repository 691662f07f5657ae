package io.registryrouter.deliver;

import io.registryrouter.disk.Directories;
import io.registryrouter.disk.SteadyFile;
import io.registryrouter.spool.Slice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One destination's NDJSON files, {@code <yyyy-mm-dd>.<spool>.<offset>.ndjson}: the day it was
 * begun (UTC), the log it was copied from, and the offset of its first byte there. Because a file
 * is a copy of a stretch of the log, what comes again after a crash is found by its offset: what is
 * there already stays, for the spool may not have it any more, and what was left half written is
 * cut off. Thread-safe.
 */
final class Archive implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Archive.class);

  private final Path directory;
  private final boolean fsync;
  private final Clock clock;
  private SteadyFile file;
  private LocalDate day;
  private long size;

  /** Where the next slice begins when nothing of it is archived; else -1. */
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

  /** Appends a slice; what of it was archived before stays as it is. */
  synchronized void append(Slice slice) throws IOException {
    try {
      if (slice.from() == end) {
        write(slice, slice.from(), slice.to());
        end = slice.to();
      } else { // the first one, or one that comes again
        end = complete(slice);
      }
    } catch (IOException e) {
      close();
      end = -1; // look at the files again before the next attempt
      throw e;
    }
  }

  private void write(Slice slice, long from, long to) throws IOException {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    if (file == null || !today.equals(day) || !isAsLeft()) {
      Directories.make(directory);
      open(directory.resolve(ArchivePart.name(today, slice.log(), from)), today);
      Directories.force(directory);
    }
    write(slice, from, to, size);
    force();
    size += to - from;
  }

  /**
   * @param position in the file of the first byte
   */
  private void write(Slice slice, long from, long to, long position) throws IOException {
    for (long at = from; at < to; at += SteadyFile.PIECE) {
      int length = (int) Math.min(SteadyFile.PIECE, to - at);
      int begin = (int) (at - slice.from());
      file.write(ByteBuffer.wrap(slice.buffer(), begin, length), position + at - from);
    }
  }

  private void force() throws IOException {
    if (fsync) {
      file.force();
    }
  }

  /** Not when somebody has edited, replaced or deleted it. */
  private boolean isAsLeft() throws IOException {
    return file.isInPlace() && file.size() == size;
  }

  private void open(Path path, LocalDate begun) throws IOException {
    close();
    this.file = SteadyFile.open(path);
    this.day = begun;
    this.size = file.size();
  }

  /**
   * Writes what is missing of a slice.
   *
   * @return where the next one begins, or -1 when more is archived behind this one
   */
  private long complete(Slice slice) throws IOException {
    close();
    Directories.make(directory);
    Directories.force(directory.getParent()); // a process that was killed may not have come to it
    Directories.force(directory);
    List<ArchivePart> parts = parts(slice);
    long at = slice.from();
    for (ArchivePart part : parts) {
      if (part.begin() > at) {
        at = writeUpTo(part.begin(), slice, at);
      }
      long from = at;
      at = part.same(slice, from);
      if (at < Math.min(part.end(), slice.to())) {
        cut(parts, slice, at);
        return complete(slice);
      }
      if (at <= part.end()) {
        open(part.path(), part.day());
        write(slice, from, at, from - part.begin()); // it may be in memory only, as in a journal
        force(); // nor may a killed process have come to that, and what was cut must not come back
      }
      if (at < part.end()) {
        return -1;
      }
    }
    if (at < slice.to()) {
      write(slice, at, slice.to());
    }
    return slice.to();
  }

  /** Whole events only: what is archived in the middle of one is not of this log as it is now. */
  private long writeUpTo(long offset, Slice slice, long from) throws IOException {
    long to = ArchivePart.endOfLine(slice, Math.min(offset, slice.to()));
    if (to > from) {
      write(slice, from, to);
    }
    return to;
  }

  /** Those that reach up to the slice or further; not one that is none of this log any more. */
  private List<ArchivePart> parts(Slice slice) throws IOException {
    List<ArchivePart> parts = new ArrayList<>();
    for (ArchivePart part : ArchivePart.all(directory, slice.log())) {
      if (part.end() >= slice.from()) {
        if (part.endsLine(slice.from())) {
          parts.add(part);
        } else {
          LOG.atWarn()
              .addKeyValue("destination", slice.destination())
              .addKeyValue("file", part.path())
              .log("somebody has edited it; it stays as it is, and a new file is begun");
        }
      }
    }
    return parts;
  }

  /** Removes what is archived from an offset on: it is not what the log has there. */
  private void cut(List<ArchivePart> parts, Slice slice, long at) throws IOException {
    for (ArchivePart part : parts) {
      if (part.end() > slice.to()) {
        warn(part.path(), slice, at, part.end() - Math.max(part.begin(), at));
      }
      if (part.begin() >= at) {
        Files.delete(part.path());
      } else if (part.end() > at) {
        open(part.path(), part.day());
        file.truncate(at - part.begin());
      }
    }
    Directories.force(directory);
  }

  private static void warn(Path path, Slice slice, long offset, long bytes) {
    LOG.atWarn()
        .addKeyValue("destination", slice.destination())
        .addKeyValue("file", path)
        .addKeyValue("offset", offset)
        .addKeyValue("bytes", bytes)
        .log(
            "cut back: from there on the spool has other events, as an older copy of it has or, for"
                + " what was not on disk yet, after a power failure");
  }

  @Override
  public synchronized void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
