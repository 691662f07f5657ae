package io.registryrouter.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.RouterConfig.SpoolSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is taken up again after a crash finds in the log what it brought there before. */
class MarksTest {

  private static final SpoolSettings SETTINGS = new SpoolSettings(1 << 20, 1 << 20, true);

  @TempDir private Path directory;

  @Test
  void whatAReadingBroughtBeforeTheCrashIsKnown() throws Exception {
    try (SpoolLog log = open()) {
      log.append(Groups.read("r1", "a", "b")).get();
    }

    try (SpoolLog log = open()) {
      assertThat(log.unknownOf(Groups.read("r1", "a", "b")).size()).isZero();
      assertThat(log.unknownOf(Groups.read("r1", "a", "b", "c")).size()).isEqualTo(1);
    }
  }

  @Test
  void anotherReadingOfTheSameFileIsNew() throws Exception {
    try (SpoolLog log = open()) {
      log.append(Groups.read("r1", "a", "b")).get();
      log.append(Groups.of("http")).get();
    }

    try (SpoolLog log = open()) {
      assertThat(log.unknownOf(Groups.read("r2", "a", "b")).size()).isEqualTo(2);
      assertThat(log.unknownOf(Groups.of("http")).size()).isEqualTo(1);
    }
  }

  @Test
  void deliveredEventsAreKnownAsWell() throws Exception {
    try (SpoolLog log = open()) {
      log.append(Groups.read("r1", "a")).get();
      Slice slice = log.next(1000, 10, Long.MAX_VALUE, new byte[0]);
      log.begin(slice);
      log.done(slice);
    }

    try (SpoolLog log = open()) {
      assertThat(log.unknownOf(Groups.read("r1", "a")).size()).isZero();
      assertThat(log.backlog()).isZero();
    }
  }

  @Test
  void withoutACrashNothingIsKnown() throws Exception {
    try (SpoolLog log = open()) {
      log.append(Groups.read("r1", "a")).get();

      assertThat(log.unknownOf(Groups.read("r1", "a")).size()).isEqualTo(1);
    }
  }

  private SpoolLog open() throws IOException {
    return SpoolLog.open("us-south", directory, SETTINGS, Clock.systemUTC(), Runnable::run);
  }
}
