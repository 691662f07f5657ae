package io.registryrouter.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.registryrouter.config.DataPaths;
import io.registryrouter.config.EventPath;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import io.registryrouter.support.Forced;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay and its crashes, step by step. */
class DeadLetterReplayTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:15:30Z"), ZoneOffset.UTC);
  private static final DeadLetterSelection ALL =
      new DeadLetterSelection(
          Set.of(), Set.of(), Optional.empty(), Optional.empty(), Optional.empty());

  @TempDir Path root;
  private Path data;
  private final List<String> warnings = new ArrayList<>();

  /** What a killed process does: nothing more. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void begin() throws IOException {
    emptyData();
  }

  private void store(String day, String... lines) throws IOException {
    Path file = data.resolve("dead-letter").resolve(day + ".ndjson");
    Files.createDirectories(file.getParent());
    Files.writeString(file, String.join("\n", lines) + "\n");
  }

  private static String line(String path, String original) {
    return "{\"reason\":\"no-route\",\"detail\":\"why\",\"at\":\"2026-11-20T10:00:00Z\",\"path\":\""
        + path
        + "\",\"source\":{\"kind\":\"file\",\"name\":\"a.ndjson\",\"line\":1},"
        + original
        + "}";
  }

  private static String event(String path, int n) {
    return line(path, "\"event\":{\"n\":" + n + "}");
  }

  private DeadLetterArchive archive() {
    return new DeadLetterArchive(data.resolve("dead-letter"), warnings::add);
  }

  private Replay.Result replay(boolean again, Replay.Hook hook) throws IOException {
    return new Replay(new DataPaths(data), archive(), CLOCK, hook).run(ALL, again, put -> {});
  }

  private Replay.Result replay() throws IOException {
    return replay(false, step -> {});
  }

  private List<Path> inbox(EventPath path) throws IOException {
    Path inbox = data.resolve("inbox").resolve(path.label());
    if (!Files.isDirectory(inbox)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(inbox)) {
      return files.sorted().toList();
    }
  }

  /** What the intake would take, in its order. */
  private List<String> taken() throws IOException {
    List<String> lines = new ArrayList<>();
    for (EventPath path : EventPath.values()) {
      for (Path file : inbox(path)) {
        if (!file.getFileName().toString().startsWith(".")) {
          lines.addAll(Files.readAllLines(file));
        }
      }
    }
    return lines;
  }

  private List<Boolean> replayed() throws IOException {
    List<Boolean> replayed = new ArrayList<>();
    archive().find(ALL, deadLetter -> replayed.add(deadLetter.replayed()));
    return replayed;
  }

  private void twoDaysAndPaths() throws IOException {
    store("2026-11-20", event("activity-tracker", 1), event("access-trail", 2));
    store(
        "2026-11-21",
        event("access-trail", 3),
        event("activity-tracker", 4),
        event("activity-tracker", 5));
  }

  @Test
  void aUserWhoseFilesTheRouterMayNotReadReplaysNothing() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can give files away");
    twoDaysAndPaths();
    Path letters = data.resolve("dead-letter");
    Files.setAttribute(letters, "unix:uid", 10001);

    assertThatThrownBy(this::replay)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "%s belongs to the user %2$s, who may not read what root puts into the inbox; run it as"
                    .formatted(letters, Files.getOwner(letters))
                + " %1$s, e.g. by `runuser -u %1$s -- bin/router …`"
                    .formatted(Files.getOwner(letters)));
    assertThat(taken()).isEmpty();
    assertThat(replayed()).containsOnly(false);
    try (Stream<Path> files = Files.list(letters)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("2026-11-20.ndjson", "2026-11-21.ndjson");
    }
  }

  @Test
  void theBytesAreTheOnesThatCame() throws Exception {
    String event =
        "{ \"n\": 1.50,\"big\":1E+400,\"s\":\"\\u00e9\\/\",\"emoji\":\"😀\",\"event\":{},\"d\":1,\"d\":2,\t\"raw\" : [ ] }";
    String deep = "{\"a\":" + "[".repeat(999) + "]".repeat(999) + "}";
    String long1 = "{\"x\":\"" + "é😀".repeat(200_000) + "\",\"n\":" + "1".repeat(5_000) + "}";
    store(
        "2026-11-20",
        line("activity-tracker", "\"destination\":\"é\",\"event\":" + event),
        line("activity-tracker", "\"event\":" + deep),
        line("activity-tracker", "\"event\":" + long1 + ",\"later\":1"),
        line("activity-tracker", "\"raw\":\"{\\\"half\\\": \\\"\\u00e9😀\\t\""));

    replay();

    Path file = inbox(EventPath.ACTIVITY_TRACKER).get(0);
    assertThat(Files.readAllBytes(file))
        .isEqualTo(
            (event + "\n" + deep + "\n" + long1 + "\n{\"half\": \"é😀\t\n")
                .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatDeadLettersWroteIsReplayedAsItCame() throws Exception {
    byte[] object =
        "{\"d\":1,\"d\":1.0 ,\"e\":\"\\ud83d\\ude00\"}".getBytes(StandardCharsets.UTF_8);
    DeadLetter dead =
        new DeadLetter(
            Reason.NO_ROUTE,
            "half a character \ud83d",
            EventPath.ACCESS_TRAIL,
            new Source(Source.Kind.HTTP, "10.0.0.7"),
            3,
            0,
            new DeadLetter.Json(object));
    Path file = data.resolve("dead-letter/2026-11-20.ndjson");
    Files.createDirectories(file.getParent());
    try (var out = Files.newOutputStream(file)) {
      DeadLetterLine.write(dead, CLOCK.instant(), out);
    }

    replay();

    assertThat(Files.readString(inbox(EventPath.ACCESS_TRAIL).get(0)))
        .isEqualTo(new String(object, StandardCharsets.UTF_8) + "\n");
  }

  /** Or a power failure would take it away, and the marks would say that it came. */
  @Test
  void theNamesOfTheFileAndItsDirectoryAreOnDiskBeforeItIsMarked() throws Exception {
    store("2026-11-20", event("activity-tracker", 1));
    Path inbox = data.resolve("inbox");

    List<Path> forced = Forced.by(this::replay);

    assertThat(forced)
        .containsSubsequence(inbox, inbox.resolve("activity-tracker"), data.resolve("dead-letter"));
  }

  @Test
  void filesAreNamedInTheOrderOfTheDays() throws Exception {
    twoDaysAndPaths();

    Replay.Result result = replay();

    assertThat(result).isEqualTo(new Replay.Result(5, 0, Map.of()));
    assertThat(taken())
        .containsExactly("{\"n\":1}", "{\"n\":4}", "{\"n\":5}", "{\"n\":2}", "{\"n\":3}");
    assertThat(inbox(EventPath.ACTIVITY_TRACKER))
        .hasSize(2)
        .allSatisfy(
            file ->
                assertThat(file.getFileName().toString())
                    .matches("replay-20261122-101530-[0-9a-f]{6}-00[1-4]\\.ndjson"));
  }

  @Test
  void whatIsMarkedIsNotReplayedAgainUnlessToldTo() throws Exception {
    twoDaysAndPaths();
    replay();

    assertThat(replay()).isEqualTo(new Replay.Result(0, 5, Map.of()));
    assertThat(taken()).hasSize(5);
    assertThat(replay(true, step -> {}).replayed()).isEqualTo(5);
    assertThat(taken()).hasSize(10);
    assertThat(replay()).isEqualTo(new Replay.Result(0, 5, Map.of()));
  }

  @Test
  void aNewDeadLetterUnderAnOldIdIsNotTakenForReplayed() throws Exception {
    store("2026-11-20", event("activity-tracker", 1));
    replay();
    store("2026-11-20", event("activity-tracker", 2));

    replay();

    assertThat(taken()).containsExactlyInAnyOrder("{\"n\":1}", "{\"n\":2}");
  }

  @Test
  void whatIsNotWholeIsCountedAndNotMarked() throws Exception {
    store(
        "2026-11-20",
        line("activity-tracker", "\"raw\":\"abc\",\"size\":2000000,\"sha256\":\"x\""),
        line("activity-tracker", "\"rawBase64\":\"/2Fi\",\"size\":2000000,\"sha256\":\"x\""),
        line("activity-tracker", "\"raw\":\"{\\n}\""),
        line("activity-tracker", "\"raw\":\" \\r\""),
        line("activity-tracker", "\"rawBase64\":\"e8N9/w==\""),
        event("activity-tracker", 1));

    Replay.Result result = replay();

    assertThat(result)
        .isEqualTo(
            new Replay.Result(
                1,
                0,
                Map.of(
                    StoredDeadLetter.Obstacle.EXCERPT, 2,
                    StoredDeadLetter.Obstacle.NOT_ONE_LINE, 2,
                    StoredDeadLetter.Obstacle.NOT_TEXT, 1)));
    assertThat(taken()).containsExactly("{\"n\":1}");
    assertThat(replayed()).containsExactly(false, false, false, false, false, true);
  }

  /** Lines of files end with a line feed, here as everywhere. */
  @Test
  void aCarriageReturnWithinALineEndsNone() throws Exception {
    store("2026-11-20", line("activity-tracker", "\"raw\":\"{\\r5}\""));

    assertThat(replay().replayed()).isOne();
    assertThat(Files.readString(inbox(EventPath.ACTIVITY_TRACKER).get(0))).isEqualTo("{\r5}\n");
  }

  @Test
  void aLineThatIsNoDeadLetterIsNamedAndLeftOut() throws Exception {
    store("2026-11-20", "nonsense", "{}", event("../../etc", 1), event("activity-tracker", 2));
    Files.writeString(
        data.resolve("dead-letter/2026-11-20.ndjson"),
        event("activity-tracker", 3), // no end: it is being written
        StandardOpenOption.APPEND);

    replay();

    assertThat(taken()).containsExactly("{\"n\":2}");
    String file = data.resolve("dead-letter/2026-11-20.ndjson").toString();
    assertThat(warnings)
        .containsExactly(
            file
                + ":1: is no dead letter and left out: Unrecognized token 'nonsense': was expecting"
                + " (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
            file + ":2: is no dead letter and left out: it has none of event, raw and rawBase64",
            file
                + ":3: is no dead letter and left out: its path \"../../etc\" is none of"
                + " activity-tracker, access-trail");
  }

  @Test
  void whatCannotBeWrittenLeavesNothingBehindAndIsReplayedLater() throws Exception {
    for (Replay.Step step : List.of(Replay.Step.CREATED, Replay.Step.ADDED, Replay.Step.FORCED)) {
      freshData();
      Replay.Hook full =
          at -> {
            if (at == step) {
              throw new IOException("No space left on device");
            }
          };

      assertThatThrownBy(() -> replay(false, full))
          .isInstanceOf(IOException.class)
          .hasMessage("No space left on device");

      assertThat(inbox(EventPath.ACTIVITY_TRACKER)).isEmpty();
      assertThat(inbox(EventPath.ACCESS_TRAIL)).isEmpty();
      assertThat(replay().replayed()).isEqualTo(5);
    }
  }

  /** Ends a replay after each of its steps in turn; the next command must make it whole. */
  @Test
  void aCrashAtAnyStepPutsEachEventIntoTheInboxExactlyOnce() throws Exception {
    int steps = countSteps();
    assertThat(steps).isEqualTo(5 + 4 * 4);
    for (int last = 1; last <= steps; last++) {
      freshData();
      crashAfter(last);

      replay();

      assertThat(taken())
          .as("after a crash at step " + last)
          .containsExactlyInAnyOrder(
              "{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}", "{\"n\":5}");
      assertThat(inbox(EventPath.ACTIVITY_TRACKER)).noneMatch(ReplayFile::isHidden);
      assertThat(inbox(EventPath.ACCESS_TRAIL)).noneMatch(ReplayFile::isHidden);
      assertThat(replay().replayed()).isZero();
    }
  }

  /** As {@code list} does: it finishes what is marked and forgets what is not, no more. */
  @Test
  void afterACrashTheInboxHoldsExactlyWhatIsMarked() throws Exception {
    int steps = countSteps();
    for (int last = 1; last <= steps; last++) {
      freshData();
      crashAfter(last);

      new InterruptedReplays(new DataPaths(data)).finish();

      long marked = replayed().stream().filter(marks -> marks).count();
      assertThat(taken()).as("after a crash at step " + last).hasSize((int) marked);
      assertThat(inbox(EventPath.ACTIVITY_TRACKER)).noneMatch(ReplayFile::isHidden);
      assertThat(inbox(EventPath.ACCESS_TRAIL)).noneMatch(ReplayFile::isHidden);
    }
  }

  /** Wherever the last write to the marks was torn. */
  @Test
  void aTornMarkIsNoMark() throws Exception {
    for (int kept = 0; kept <= 200; kept++) {
      emptyData();
      store("2026-11-20", event("activity-tracker", 1), event("activity-tracker", 2));
      Path marks = data.resolve("dead-letter/2026-11-20.replayed");
      crashAt(Replay.Step.MARKED);
      byte[] whole = Files.readAllBytes(marks);
      int length = Math.min(kept, whole.length);
      Files.write(marks, Arrays.copyOf(whole, length));

      replay();

      assertThat(taken())
          .as("torn after " + length)
          .containsExactlyInAnyOrder("{\"n\":1}", "{\"n\":2}");
      assertThat(replayed()).containsExactly(true, true);
    }
  }

  /** After a power failure a file can be as long as it should be and yet hold nothing. */
  @Test
  void aMarkWhoseBytesDidNotComeToDiskIsNoMark() throws Exception {
    store("2026-11-20", event("activity-tracker", 1));
    crashAt(Replay.Step.MARKED);
    Path marks = data.resolve("dead-letter/2026-11-20.replayed");
    byte[] lost = Files.readAllBytes(marks);
    Arrays.fill(lost, 0, lost.length / 2, (byte) 0);
    Files.write(marks, lost);

    replay();

    assertThat(taken()).containsExactly("{\"n\":1}");
    assertThat(replayed()).containsExactly(true);
  }

  @Test
  void marksThatCannotBeReadAreNamedAndStopEverything() throws Exception {
    store("2026-11-20", event("activity-tracker", 1));
    Path marks = data.resolve("dead-letter/2026-11-20.replayed");
    Files.writeString(marks, "nonsense\nmore\n");

    assertThatThrownBy(this::replay)
        .isInstanceOf(IOException.class)
        .hasMessage(
            marks + ":1: is no mark of a replay; remove the line, or restore the file from a copy");
    assertThat(taken()).isEmpty();
  }

  @Test
  void oneReplayAtATime() throws Exception {
    twoDaysAndPaths();
    Replay.Hook meanwhile =
        step -> {
          assertThatThrownBy(this::replay)
              .hasMessage(
                  "another replay works on "
                      + data.resolve("dead-letter")
                      + "; wait until it has ended, then try again");
          assertThat(new InterruptedReplays(new DataPaths(data)).finish()).isEmpty();
        };

    assertThat(replay(false, meanwhile).replayed()).isEqualTo(5);
    assertThat(taken()).hasSize(5);
  }

  @Test
  void whatDiesDuringAReplayIsNotReplayedWithIt() throws Exception {
    store("2026-11-20", event("activity-tracker", 1));
    store("2026-11-21", event("activity-tracker", 2));
    Replay.Hook router =
        step -> {
          if (step == Replay.Step.SHOWN) {
            Files.writeString(
                data.resolve("dead-letter/2026-11-21.ndjson"),
                event("activity-tracker", 1) + "\n",
                StandardOpenOption.APPEND);
          }
        };

    replay(false, router);

    assertThat(taken()).containsExactly("{\"n\":1}", "{\"n\":2}");
    assertThat(replayed()).containsExactly(true, true, false, false);
  }

  @Test
  void withoutDeadLettersNothingIsMade() throws Exception {
    assertThat(replay()).isEqualTo(new Replay.Result(0, 0, Map.of()));
    assertThat(data).isEmptyDirectory();
  }

  private int countSteps() throws IOException {
    twoDaysAndPaths();
    int[] steps = {0};
    replay(false, step -> steps[0]++);
    return steps[0];
  }

  private void emptyData() throws IOException {
    data = Files.createTempDirectory(root, "data");
  }

  private void freshData() throws IOException {
    emptyData();
    twoDaysAndPaths();
  }

  private void crashAfter(int steps) {
    int[] left = {steps};
    assertThatThrownBy(
            () ->
                replay(
                    false,
                    step -> {
                      if (--left[0] == 0) {
                        throw new Crash();
                      }
                    }))
        .isInstanceOf(Crash.class);
  }

  private void crashAt(Replay.Step last) {
    assertThatThrownBy(
            () ->
                replay(
                    false,
                    step -> {
                      if (step == last) {
                        throw new Crash();
                      }
                    }))
        .isInstanceOf(Crash.class);
  }
}
