package io.registryrouter.spool;

import io.registryrouter.disk.SteadyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Logs and a journal on a disk that keeps, when its power fails, of each file no more than was
 * forced last, and whose fsyncs may fail. What an fsync that failed had to bring there it brings
 * with none that follows, as on Linux, unless it is written again.
 */
final class PowerlessDisk implements SpoolLog.Disk, Journal.Disk {

  /** What a file has since an fsync of it failed, until it is written to. */
  private static final FileTime UNTOUCHED = FileTime.fromMillis(0);

  private final Path directory;
  private final Map<Path, byte[]> kept = new HashMap<>();
  private final Set<Path> forced = new HashSet<>();
  private Predicate<Path> fails = file -> false;

  PowerlessDisk(Path directory) {
    this.directory = directory;
  }

  /** From now on, those of such files. */
  void fail(Predicate<Path> files) {
    fails = files;
  }

  void work() {
    fails = file -> false;
  }

  @Override
  public void force(Segment segment) throws IOException {
    if (!segment.isInPlace()) {
      segment.force();
    }
    force(segment.dataFile());
  }

  @Override
  public void force(SteadyFile file) throws IOException {
    force(file.path());
  }

  private void force(Path file) throws IOException {
    if (fails.test(file)) {
      Files.setLastModifiedTime(file, UNTOUCHED);
      throw new IOException("no fsync of " + file.getFileName());
    }
    forced.add(file);
    if (Files.exists(file) && !Files.getLastModifiedTime(file).equals(UNTOUCHED)) {
      kept.put(file, Files.readAllBytes(file));
    }
  }

  /** The files forced since this was asked last, of the logs by their directory. */
  Set<String> forced() {
    Set<String> names = new HashSet<>();
    forced.forEach(file -> names.add(name(file)));
    forced.clear();
    return names;
  }

  private String name(Path file) {
    Path own = directory.relativize(file);
    return own.getName(0).toString();
  }

  /** All there is was forced, as a start does. */
  void keepAll() throws IOException {
    for (Path file : files()) {
      kept.put(file, Files.readAllBytes(file));
    }
  }

  /** Events and journal are as they were forced last. Their names are not lost, nor are indexes. */
  void losePower() throws IOException {
    for (Path file : files()) {
      Files.write(file, kept.getOrDefault(file, new byte[0]));
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(PowerlessDisk::isOfEvents).toList();
    }
  }

  private static boolean isOfEvents(Path file) {
    return file.toString().endsWith(Segment.DATA)
        || Journal.FILES.contains(file.getFileName().toString());
  }
}
