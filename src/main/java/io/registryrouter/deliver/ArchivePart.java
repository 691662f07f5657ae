package io.registryrouter.deliver;

import io.registryrouter.decode.Bytes;
import io.registryrouter.disk.SteadyFile;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One file of an archive, as it was found.
 *
 * @param begin offset in the log of its first byte
 * @param end offset behind its last one
 */
record ArchivePart(Path path, LocalDate day, long begin, long end) {

  private static final Pattern NAME =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)\\.([0-9a-f]{8})\\.(\\d{20})\\.ndjson");

  static String name(LocalDate day, String log, long begin) {
    return String.format(Locale.ROOT, "%s.%s.%020d.ndjson", day, log, begin);
  }

  /** Those of a log, in the order of their offsets. */
  static List<ArchivePart> all(Path directory, String log) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.toList();
    }
    List<ArchivePart> parts = new ArrayList<>();
    for (Path file : files) {
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (name.matches() && name.group(2).equals(log)) {
        long begin = Long.parseLong(name.group(3));
        LocalDate day = LocalDate.parse(name.group(1));
        parts.add(new ArchivePart(file, day, begin, begin + Files.size(file)));
      }
    }
    parts.sort(Comparator.comparingLong(ArchivePart::begin));
    return parts;
  }

  /** False where no event of its log can end: its bytes are not those that were written. */
  boolean endsLine(long offset) throws IOException {
    if (begin >= offset) {
      return true; // it was begun there or later
    }
    try (FileChannel archived = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return archived.read(last, offset - begin - 1) == 1 && last.get(0) == '\n';
    }
  }

  /** The offset behind the last event, from {@code at} on, that it has as the slice does. */
  long same(Slice slice, long at) throws IOException {
    if (at < begin) {
      return at;
    }
    long offset = at;
    long limit = Math.min(end, slice.to());
    ByteBuffer read = ByteBuffer.allocate(SteadyFile.PIECE);
    try (FileChannel archived = FileChannel.open(path, StandardOpenOption.READ)) {
      while (offset < limit) {
        read.clear().limit((int) Math.min(SteadyFile.PIECE, limit - offset));
        int length = archived.read(read, offset - begin);
        if (length < 0) {
          break; // somebody has cut it meanwhile
        }
        ByteBuffer wanted = ByteBuffer.wrap(slice.buffer(), (int) (offset - slice.from()), length);
        int differs = read.flip().mismatch(wanted);
        if (differs >= 0) {
          offset += differs;
          break;
        }
        offset += length;
      }
    }
    return endOfLine(slice, offset);
  }

  /** Where the last event of a slice ends that ends before an offset or there. */
  static long endOfLine(Slice slice, long offset) {
    return slice.from() + Bytes.endOfLastLine(slice.buffer(), (int) (offset - slice.from()));
  }
}
