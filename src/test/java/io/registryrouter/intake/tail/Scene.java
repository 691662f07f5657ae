package io.registryrouter.intake.tail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.TailSettings;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.file.FileIntake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Tailed files on a real file system, and what a receiver got of them. */
final class Scene implements AutoCloseable {

  static final Duration SETTLE = Duration.ofSeconds(1);

  final Path logs;
  final Path store;
  int maxEvent = 1024 * 1024;
  int batch = 1024 * 1024;
  Instant now = Instant.parse("2026-01-31T12:00:00Z");

  /** Why the receiver takes nothing; null when it does. */
  String refuses;

  /** Whether it says so by an exception. */
  boolean throwsIt;

  /** Of which file it takes nothing. */
  Path refusesOnly;

  /** What happens while it takes a batch, once. */
  Meanwhile meanwhile = () -> {};

  Followed.Opener opener = file -> FileChannel.open(file, StandardOpenOption.READ);

  /** What others do to the files. */
  @FunctionalInterface
  interface Meanwhile {
    void happens() throws IOException;
  }

  private final List<TailSettings> settings = new ArrayList<>();
  private final List<String> arrived = new ArrayList<>();
  private final Map<String, Long> marks = new HashMap<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Tails tails;

  Scene(Path directory, String... globs) throws IOException {
    logs = Files.createDirectories(directory.toRealPath().resolve("logs"));
    store = Files.createDirectories(directory.resolve("inbox")).resolve(".tails");
    tail(globs);
    log.start();
    logger().addAppender(log);
    start();
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("io.registryrouter.intake.tail");
  }

  /** From now on these are followed, relative to the directory of the logs. */
  void tail(String... globs) {
    settings.clear();
    for (String glob : globs) {
      settings.add(new TailSettings(EventPath.ACTIVITY_TRACKER, logs + "/" + glob));
    }
  }

  /** These are followed as well, by the other path. */
  void tailElsewhere(String glob) {
    settings.add(new TailSettings(EventPath.ACCESS_TRAIL, logs + "/" + glob));
  }

  /** Some files may not be read from now on, until the opener is put back. */
  void deny(Predicate<Path> which) {
    Followed.Opener allowed = opener;
    opener =
        file -> {
          if (which.test(file)) {
            throw new AccessDeniedException(file.toString());
          }
          return allowed.open(file);
        };
  }

  static Object inode(Path file) {
    try {
      return Files.getAttribute(file, "unix:ino");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As after a crash: nothing is kept but what is on disk. */
  void start() {
    InstantSource source = () -> now;
    tails =
        new Tails(
            EventPath.ACTIVITY_TRACKER,
            store,
            () -> settings,
            () -> SETTLE,
            () -> new FileIntake.Limits(maxEvent, batch),
            source.withZone(ZoneOffset.UTC),
            file -> opener.open(file));
  }

  /** Stops in order and starts again. */
  void restart() throws IOException {
    tails.close();
    start();
  }

  Tails tails() {
    return tails;
  }

  /** Looks until nothing is left to take; what arrived by that. */
  List<String> look() throws IOException, InterruptedException {
    arrived.clear();
    int idle = 0;
    while (idle < 3) {
      tails.look();
      idle = tails.pass(this::take, () -> false) ? 0 : idle + 1;
    }
    return List.copyOf(arrived);
  }

  /** One look and one batch of each file. */
  List<String> lookOnce() throws IOException, InterruptedException {
    arrived.clear();
    tails.look();
    tails.pass(this::take, () -> false);
    return List.copyOf(arrived);
  }

  private CompletableFuture<Void> take(RawBatch batch) {
    happen();
    boolean concerned = refusesOnly == null || batch.source().name().equals(refusesOnly.toString());
    if (refuses != null && concerned && throwsIt) {
      throw new IllegalStateException(refuses);
    }
    if (refuses != null && concerned) {
      return CompletableFuture.failedFuture(new IOException(refuses));
    }
    for (int i = 0; i < batch.size(); i++) {
      byte[] buffer = batch.buffer();
      // As the spool does: what it has of a reading already is left out.
      Long before = marks.get(batch.source().reading());
      if (before == null || before < batch.offset(i)) {
        marks.put(batch.source().reading(), batch.offset(i));
        arrived.add(
            new String(
                buffer,
                batch.start(i),
                batch.end(i) - batch.start(i),
                StandardCharsets.ISO_8859_1));
      }
    }
    batch.deadLetters().forEach(dead -> arrived.add(dead.reason().label() + ": " + dead.detail()));
    return CompletableFuture.completedFuture(null);
  }

  private void happen() {
    Meanwhile now = meanwhile;
    meanwhile = () -> {};
    try {
      now.happens();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line of a log; as long as one that is not told from others by its first bytes only. */
  static String line(Object text) {
    return "{\"n\":\"" + text + "\"}";
  }

  Path file(String name) {
    return logs.resolve(name);
  }

  void append(String name, String text) throws IOException {
    Files.writeString(file(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  void append(String name, int from, int to) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append(line(i)).append('\n');
    }
    append(name, lines.toString());
  }

  static List<String> lines(int from, int to) {
    return Stream.iterate(from, i -> i < to, i -> i + 1).map(Scene::line).toList();
  }

  void rename(String from, String to) throws IOException {
    Files.move(file(from), file(to));
  }

  /** As logrotate does: {@code name.1} becomes {@code name.2} and so on. */
  void rotate(String name) throws IOException {
    makeRoom(name);
    rename(name, name + ".1");
  }

  /** The same, but the file itself stays. */
  void makeRoom(String name) throws IOException {
    int last = 1;
    while (Files.exists(file(name + "." + last))) {
      last++;
    }
    for (int i = last; i > 1; i--) {
      rename(name + "." + (i - 1), name + "." + i);
    }
  }

  /** As copytruncate does, so many seconds from now. */
  void copyAndTruncate(String name, String copy, int later) throws IOException {
    Files.copy(file(name), file(copy));
    writtenIn(copy, later);
    truncate(name);
  }

  /** As if it had been written to for the last time so many seconds from now. */
  void writtenIn(String name, int seconds) throws IOException {
    Files.setLastModifiedTime(file(name), FileTime.from(Instant.now().plusSeconds(seconds)));
  }

  /** The same inode with no content. */
  void truncate(String name) throws IOException {
    try (FileChannel file = FileChannel.open(file(name), StandardOpenOption.WRITE)) {
      file.truncate(0);
    }
  }

  /** As a writer does that does not append. */
  void writeAt(String name, long offset, String text) throws IOException {
    try (FileChannel file = FileChannel.open(file(name), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), offset);
    }
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** What was logged since this was asked last, at this level or above; without the directory. */
  List<String> said(Level level) {
    List<String> said =
        List.copyOf(log.list).stream()
            .filter(event -> event.getLevel().isGreaterOrEqual(level))
            .map(event -> (event.getLevel() + " " + event.getFormattedMessage() + values(event)))
            .map(text -> text.replace(logs + "/", ""))
            .toList();
    log.list.clear();
    return said;
  }

  private static String values(ILoggingEvent event) {
    return event.getKeyValuePairs() == null
        ? ""
        : event.getKeyValuePairs().stream()
            .map(pair -> " " + pair.key + "=" + pair.value)
            .collect(Collectors.joining());
  }

  @Override
  public void close() throws IOException {
    logger().detachAppender(log);
    tails.close();
  }
}
