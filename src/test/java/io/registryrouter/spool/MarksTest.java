package io.registryrouter.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.registryrouter.config.RouterConfig.SpoolSettings;
import io.registryrouter.support.Tool;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is taken up again after a crash finds in the log what it brought there before. */
class MarksTest {

  private static final SpoolSettings SETTINGS = new SpoolSettings(1 << 20, 1 << 20, true);

  @RegisterExtension final Warnings warnings = new Warnings(SpoolLog.class);
  @RegisterExtension final Warnings unreadable = new Warnings(Marks.class);
  @TempDir private Path directory;

  @Test
  void whatAReadingBroughtBeforeTheCrashIsKnown() throws Exception {
    try (SpoolLog log = open()) {
      log.append(Groups.read("r1", "a", "b"), 0).get();
    }

    try (SpoolLog log = open()) {
      assertThat(log.unknownOf(Groups.read("r1", "a", "b")).size()).isZero();
      assertThat(log.unknownOf(Groups.read("r1", "a", "b", "c")).size()).isEqualTo(1);
    }
  }

  @Test
  void anotherReadingOfTheSameFileIsNew() throws Exception {
    try (SpoolLog log = open()) {
      log.append(Groups.read("r1", "a", "b"), 0).get();
      log.append(Groups.of("http"), 0).get();
    }

    try (SpoolLog log = open()) {
      assertThat(log.unknownOf(Groups.read("r2", "a", "b")).size()).isEqualTo(2);
      assertThat(log.unknownOf(Groups.of("http")).size()).isEqualTo(1);
    }
  }

  @Test
  void deliveredEventsAreKnownAsWell() throws Exception {
    try (SpoolLog log = open()) {
      log.append(Groups.read("r1", "a"), 0).get();
      Slice slice = log.undelivered().next(1000, 10, Long.MAX_VALUE, new byte[0]);
      log.undelivered().begin(slice);
      log.undelivered().done(slice, 0, () -> {});
    }

    try (SpoolLog log = open()) {
      assertThat(log.unknownOf(Groups.read("r1", "a")).size()).isZero();
      assertThat(log.backlog()).isZero();
    }
  }

  /** Another log took nothing of the batch, so that it comes again. */
  @Test
  void whatAReadingBroughtIsKnownOnceItIsOnDisk() throws Exception {
    Deque<Runnable> commits = new ArrayDeque<>();
    try (SpoolLog log = open(commits::add)) {
      log.append(Groups.read("r1", "a"), 0);
      assertThat(log.unknownOf(Groups.read("r1", "a", "b")).size()).isEqualTo(2);

      commits.remove().run();

      assertThat(log.unknownOf(Groups.read("r1", "a", "b")).size()).isEqualTo(1);
      assertThat(log.unknownOf(Groups.read("r2", "a", "b")).size()).isEqualTo(2);
    }
  }

  @Test
  void whatIsAppendedDuringAnFsyncIsKnownByTheNextOne() throws Exception {
    Marks marks = Marks.read(directory.resolve("marks"));
    marks.appended(Groups.read("r1", "a"), 10);
    marks.appended(Groups.read("r1", "a", "b"), 20);

    marks.durable(10);
    int newBehindTheFirst = marks.unknownOf(Groups.read("r1", "a", "b")).size();
    marks.durable(20);

    assertThat(newBehindTheFirst).isEqualTo(1);
    assertThat(marks.unknownOf(Groups.read("r1", "a", "b")).size()).isZero();
  }

  /** A batch that was given back for want of room elsewhere comes again, and perhaps less of it. */
  @Test
  void whatComesAgainBeforeItIsOnDiskTakesNothingBack() throws Exception {
    Marks marks = Marks.read(directory.resolve("marks"));
    marks.appended(Groups.read("r1", "a", "b"), 10);
    marks.appended(Groups.read("r1", "a"), 20);

    marks.durable(20);

    assertThat(marks.unknownOf(Groups.read("r1", "a", "b")).size()).isZero();
  }

  @Test
  void whatWasGivenBackIsNotKnown() throws Exception {
    try (SpoolLog log = open()) {
      Files.delete(directory.resolve("00000000000000000000.ndjson"));
      assertThat(log.append(Groups.read("r1", "a"), 0)).isCompletedExceptionally();

      assertThat(log.unknownOf(Groups.read("r1", "a")).size()).isEqualTo(1);
      assertThat(log.append(Groups.read("r2", "b"), 1)).isCompleted();
      assertThat(log.unknownOf(Groups.read("r1", "a")).size()).isEqualTo(1);
    }
  }

  /** Small segments, of which the one with the index is deleted. */
  @Test
  void whatWasDeliveredAndDeletedIsKnownAfterACrash() throws Exception {
    try (SpoolLog log = LogFixture.open(directory, 1)) {
      log.append(Groups.read("r1", "a", "b"), 0).get();
      log.append(Groups.read("r2", "a"), 0).get();
      LogFixture.drain(log);
      assertThat(LogFixture.files(directory)).doesNotContain("00000000000000000000.index");
    }

    try (SpoolLog log = open()) {
      assertThat(log.unknownOf(Groups.read("r1", "a", "b", "c")).size()).isEqualTo(1);
      assertThat(log.unknownOf(Groups.read("r2", "a")).size()).isZero();
      assertThat(log.unknownOf(Groups.read("r3", "a")).size()).isEqualTo(1);
    }
  }

  /** A tmpfs that is full of bytes, or of names. */
  @ParameterizedTest
  @ValueSource(strings = {"size=64k", "size=1m,nr_inodes=16"})
  void whatWasDeliveredIsDeletedOnAFullDisk(String limit) throws Exception {
    String disk = directory.toString();
    assumeThat(Tool.exitCode("mount", "-t", "tmpfs", "-o", limit, "tmpfs", disk))
        .as("the right to mount a tmpfs")
        .isZero();
    try {
      try (SpoolLog log = LogFixture.open(directory, 1)) {
        for (String reading : List.of("r1", "r2", "r3")) {
          log.append(Groups.read(reading, "a"), 0).get();
        }
        List<String> last = LogFixture.files(directory).subList(4, 6);
        fill();

        LogFixture.drain(log);

        assertThat(LogFixture.files(directory))
            .contains("marks")
            .filteredOn(name -> name.matches("\\d.*"))
            .isEqualTo(last);
        log.reclaim();
        assertThat(log.size()).isZero();
      }
      try (SpoolLog log = open()) {
        assertThat(log.unknownOf(Groups.read("r1", "a")).size()).isZero();
        assertThat(log.unknownOf(Groups.read("r3", "a")).size()).isZero();
      }
    } finally {
      Tool.exitCode("umount", disk);
    }
  }

  private void fill() {
    assertThatThrownBy(
            () -> {
              for (int i = 0; true; i++) {
                Files.write(directory.resolve("other" + i), new byte[4096]);
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void thatDeliveredSegmentsCannotBeDeletedIsSaidOnceAMinute() throws Exception {
    Files.createDirectory(directory.resolve("marks.tmp"));
    try (SpoolLog log = LogFixture.open(directory, 1)) {
      for (String reading : List.of("r1", "r2", "r3")) {
        log.append(Groups.read(reading, "a"), 0).get();
      }
      LogFixture.drain(log);
      long kept = log.size();
      Files.delete(directory.resolve("marks.tmp"));
      log.reclaim();

      assertThat(warnings.words())
          .containsExactly(
              "what was delivered cannot be deleted; its room is missing until it can be");
      assertThat(warnings.said())
          .singleElement()
          .asString()
          .matches("destination=us-south error=.*/marks.tmp: Is a directory");
      assertThat(kept).isPositive();
      assertThat(log.size()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "{\"r1\":\"x\"}", "{\"r1\":null}", "{", "\0\0\0\0{\"r1\":1}"})
  void marksThatCannotBeReadAreNone(String written) throws Exception {
    Files.writeString(directory.resolve("marks"), written);

    try (SpoolLog log = open()) {
      assertThat(log.unknownOf(Groups.read("r1", "a")).size()).isEqualTo(1);
      log.append(Groups.read("r1", "a"), 0).get();
      assertThat(LogFixture.drain(log)).isEqualTo(Groups.line("a"));
    }
    assertThat(unreadable.words())
        .containsExactly(
            "not readable; what was taken of a file that was being read may come again");
    assertThat(unreadable.said()).containsExactly("file=" + directory.resolve("marks"));
  }

  @Test
  void ofVeryManyReadingsTheLatestAreKnown() throws Exception {
    try (SpoolLog log = open()) {
      for (int i = 0; i <= Marks.MOST; i++) {
        log.append(Groups.read("r" + i, "a"), 0).get();
      }

      assertThat(log.unknownOf(Groups.read("r0", "a")).size()).isEqualTo(1);
      assertThat(log.unknownOf(Groups.read("r1", "a")).size()).isZero();
      assertThat(log.unknownOf(Groups.read("r" + Marks.MOST, "a")).size()).isZero();
    }
  }

  /** What was read last when the router was killed, over several segments. */
  @Test
  void ofVeryManyReadingsThatWaitTheLatestAreKnownAfterACrash() throws Exception {
    SpoolSettings small = new SpoolSettings(1 << 30, 80_000, false);
    try (SpoolLog log =
        SpoolLog.open("us-south", directory, small, Clock.systemUTC(), Runnable::run)) {
      for (int i = 0; i <= Marks.MOST; i++) {
        log.append(Groups.read("r" + i, "a"), 0).get();
      }
      assertThat(LogFixture.files(directory))
          .filteredOn(name -> name.endsWith(".index"))
          .hasSize(3);
    }

    try (SpoolLog log = open()) {
      assertThat(log.unknownOf(Groups.read("r0", "a")).size()).isEqualTo(1);
      assertThat(log.unknownOf(Groups.read("r1", "a")).size()).isZero();
      assertThat(log.unknownOf(Groups.read("r" + Marks.MOST, "a", "b")).size()).isEqualTo(1);
    }
  }

  private SpoolLog open() throws IOException {
    return open(Runnable::run);
  }

  private SpoolLog open(Executor executor) throws IOException {
    return SpoolLog.open("us-south", directory, SETTINGS, Clock.systemUTC(), executor);
  }
}
