package io.registryrouter.deadletter;

import io.registryrouter.config.DataPaths;
import io.registryrouter.config.RouterConfig.DeadLetterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes whole days of dead letters that are too old or too much, oldest first and never today's,
 * with their marks. That is a loss, though one that was asked for: each day is an ERROR in the log.
 */
final class DeadLetterRetention {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRetention.class);

  private final DataPaths data;
  private final Path directory;
  private final Supplier<DeadLetterSettings> settings;

  DeadLetterRetention(DataPaths data, Supplier<DeadLetterSettings> settings) {
    this.data = data;
    this.directory = data.deadLetter();
    this.settings = settings;
  }

  void apply(Instant now) {
    DeadLetterSettings inForce = settings.get();
    if (inForce.retention().isZero() && inForce.maxSize().isEmpty()) {
      return;
    }
    try {
      Optional<ReplayLock> lock = ReplayLock.tryTake(directory);
      if (lock.isEmpty()) {
        LOG.info("a replay is going on; dead letters that are due are deleted another day");
        return;
      }
      try (ReplayLock held = lock.get()) {
        new InterruptedReplays(data).finish(held); // needs the marks
        deleteOld(now, inForce.retention());
        deleteTooMuch(now, inForce.maxSize());
      }
    } catch (IOException | RuntimeException e) {
      LOG.atError()
          .addKeyValue("directory", directory)
          .setCause(e)
          .log("dead letters that are due could not be deleted; free the directory by hand");
    }
  }

  private void deleteOld(Instant now, Duration retention) throws IOException {
    if (retention.isZero()) {
      return;
    }
    for (DeadLetterDay day : before(now)) {
      Instant end = day.day().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      if (!end.plus(retention).isAfter(now)) {
        delete(day, "router.dead-letter.retention");
      }
    }
  }

  private void deleteTooMuch(Instant now, OptionalLong maxSize) throws IOException {
    if (maxSize.isEmpty()) {
      return;
    }
    long total = 0;
    for (DeadLetterDay day : DeadLetterDay.all(directory)) {
      total += day.bytes();
    }
    for (DeadLetterDay day : before(now)) {
      if (total <= maxSize.getAsLong()) {
        return;
      }
      total -= day.bytes();
      delete(day, "router.dead-letter.max-size");
    }
  }

  private List<DeadLetterDay> before(Instant now) throws IOException {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    return DeadLetterDay.all(directory).stream().filter(day -> day.day().isBefore(today)).toList();
  }

  /** The marks go last: without them what was replayed could be replayed again. */
  private static void delete(DeadLetterDay day, String setting) throws IOException {
    int count = day.count();
    Files.deleteIfExists(day.file());
    Files.deleteIfExists(day.marks());
    LOG.atError()
        .addKeyValue("day", day.day())
        .addKeyValue("deadLetters", count)
        .addKeyValue("key", setting)
        .log("dead letters deleted");
  }
}
