package io.registryrouter.spool;

import io.registryrouter.config.RouterConfig.SpoolSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** What tests of a log do again and again; everything happens in the calling thread. */
public final class LogFixture {

  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2019-08-15T12:00:00Z"), ZoneOffset.UTC);
  public static final int MANY = 1 << 20;
  private static final byte[] NO_BUFFER = new byte[0];

  private LogFixture() {}

  public static SpoolLog open(Path directory) throws IOException {
    return open(directory, 1 << 20);
  }

  public static SpoolLog open(Path directory, long segmentSize) throws IOException {
    return SpoolLog.open(
        "us-south", directory, new SpoolSettings(1 << 30, segmentSize, true), CLOCK, Runnable::run);
  }

  /** A log whose disk may refuse. */
  static SpoolLog open(Path directory, long segmentSize, SpoolLog.Disk disk) throws IOException {
    Files.createDirectories(directory);
    return new SpoolLog(
        "us-south",
        new LogDirectory(directory),
        new SpoolSettings(1 << 30, segmentSize, true),
        CLOCK,
        new Commits(Runnable::run, Optional.empty()),
        Recovery.recover("us-south", new LogDirectory(directory)),
        disk);
  }

  public static CompletableFuture<Void> append(SpoolLog log, String... ids) throws IOException {
    return log.append(Groups.of(ids), log.failures());
  }

  public static Slice next(SpoolLog log) throws IOException {
    return log.undelivered().next(MANY, MANY, Long.MAX_VALUE, NO_BUFFER);
  }

  public static String text(Slice slice) {
    return new String(slice.buffer(), 0, slice.length(), StandardCharsets.UTF_8);
  }

  public static Slice deliver(SpoolLog log) throws IOException {
    Slice slice = next(log);
    log.undelivered().begin(slice);
    log.undelivered().done(slice, 0, () -> {});
    return slice;
  }

  /** Delivers all there is. */
  public static String drain(SpoolLog log) throws IOException {
    StringBuilder all = new StringBuilder();
    while (next(log) != null) {
      all.append(text(deliver(log)));
    }
    return all.toString();
  }

  public static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new ArrayList<>(files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  public static Path data(Path directory, long base) {
    return directory.resolve(Segment.name(base) + ".ndjson");
  }

  public static Path index(Path directory, long base) {
    return directory.resolve(Segment.name(base) + ".index");
  }
}
