package io.registryrouter.deadletter;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.disk.SteadyFile;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import io.registryrouter.intake.Handover;
import io.registryrouter.observe.Balance;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class DeadLettersTest {

  private static final String HEAD =
      "{\"reason\":\"unknown-domain\",\"detail\":\"why\",\"at\":\"2019-08-15T23:59:59Z\","
          + "\"path\":\"access-trail\",\"source\":{\"kind\":\"http\",\"name\":\"10.0.0.7\",\"line\":3},";

  @RegisterExtension final Warnings errors = new Warnings(DeadLetters.class);
  @TempDir Path directory;
  private Instant now = Instant.parse("2019-08-15T23:59:59Z");
  private RouterConfig config;
  private Balance balance;
  private DeadLetters deadLetters;
  private DeadLetters.Disk disk = file -> file.force();

  @BeforeEach
  void open() throws IOException {
    config = TestHome.in(directory).config();
    balance = new Balance(new SimpleMeterRegistry());
    reopen();
  }

  private void reopen() {
    InstantSource source = () -> now;
    Clock clock = source.withZone(ZoneOffset.UTC);
    deadLetters =
        new DeadLetters(
            () -> config,
            clock,
            balance,
            new DeadLetters.Disk() {
              @Override
              public void force(SteadyFile file) throws IOException {
                disk.force(file);
              }

              @Override
              public void force(Path names) throws IOException {
                disk.force(names);
              }

              @Override
              public void truncate(SteadyFile file, long size) throws IOException {
                disk.truncate(file, size);
              }
            },
            Executors.newCachedThreadPool());
  }

  @AfterEach
  void close() throws IOException {
    deadLetters.close();
  }

  private static DeadLetter dead(DeadLetter.Original original) {
    return dead("why", original);
  }

  private static DeadLetter dead(String detail, DeadLetter.Original original) {
    return new DeadLetter(
        Reason.UNKNOWN_DOMAIN,
        detail,
        EventPath.ACCESS_TRAIL,
        new Source(Source.Kind.HTTP, "10.0.0.7"),
        3,
        0,
        original);
  }

  private static DeadLetter ofFile(String reading, long offset, String json) {
    return new DeadLetter(
        Reason.UNKNOWN_DOMAIN,
        "why",
        EventPath.ACCESS_TRAIL,
        new Source(Source.Kind.FILE, "a.json", reading),
        1,
        offset,
        new DeadLetter.Json(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static DeadLetter event(String json) {
    return dead(new DeadLetter.Json(json.getBytes(StandardCharsets.UTF_8)));
  }

  private void accept(DeadLetter... dead) throws IOException {
    Handover handover = new Handover();
    deadLetters.accept(List.of(dead), handover);
    handover.durable().join();
  }

  private Path file(String day) {
    return directory.resolve("data/dead-letter").resolve(day + ".ndjson");
  }

  private String today() throws IOException {
    return Files.readString(file("2019-08-15"));
  }

  @Test
  void anEventIsKeptAsItCame() throws Exception {
    accept(event("{ \"n\": 1.50,\"s\":\"\\u00e9\",\"emoji\":\"😀\",\"d\":1,\"d\":2 }"));

    assertThat(today())
        .isEqualTo(
            HEAD
                + "\"event\":{ \"n\": 1.50,\"s\":\"\\u00e9\",\"emoji\":\"😀\",\"d\":1,\"d\":2 }}\n");
  }

  @Test
  void aLargeEventFullOfEmojiIsKeptAsItCame() throws Exception {
    String json = "{\"x\":\"a" + "😀é".repeat(100_000) + "\"}";

    accept(event(json));

    assertThat(today()).isEqualTo(HEAD + "\"event\":" + json + "}\n");
  }

  @Test
  void whatIsNoEventIsKeptAsText() throws Exception {
    accept(dead(new DeadLetter.Raw("{\"half\": \"é\n".getBytes(StandardCharsets.UTF_8))));

    assertThat(today()).isEqualTo(HEAD + "\"raw\":\"{\\\"half\\\": \\\"é\\n\"}\n");
  }

  @Test
  void whatIsNotUtf8IsKeptInBase64() throws Exception {
    accept(dead(new DeadLetter.Raw(new byte[] {'{', (byte) 0xc3, '}', (byte) 0xff})));

    assertThat(today()).isEqualTo(HEAD + "\"rawBase64\":\"e8N9/w==\"}\n");
  }

  @Test
  void aRawThatEndsWithinACharacterIsNotUtf8() throws Exception {
    accept(dead(new DeadLetter.Raw(new byte[] {'a', (byte) 0xc3})));

    assertThat(today()).isEqualTo(HEAD + "\"rawBase64\":\"YcM=\"}\n");
  }

  @Test
  void anExcerptCutWithinACharacterIsTextUpToIt() throws Exception {
    byte[] head = {'a', (byte) 0xf0, (byte) 0x9f, (byte) 0x98};

    accept(dead(new DeadLetter.Excerpt(head, 2_000_000, "abc")));

    assertThat(today()).isEqualTo(HEAD + "\"raw\":\"a\",\"size\":2000000,\"sha256\":\"abc\"}\n");
  }

  @Test
  void anExcerptThatIsNotUtf8IsKeptInBase64() throws Exception {
    byte[] head = {(byte) 0xff, 'a', 'b', 'c', 'd'};

    accept(dead(new DeadLetter.Excerpt(head, 9, "abc")));

    assertThat(today())
        .isEqualTo(HEAD + "\"rawBase64\":\"/2FiY2Q=\",\"size\":9,\"sha256\":\"abc\"}\n");
  }

  @Test
  void aLongDetailIsCutOff() throws Exception {
    accept(dead("y".repeat(501), new DeadLetter.Json(new byte[] {'{', '}'})));

    assertThat(today()).isEqualTo(HEAD.replace("why", "y".repeat(500) + "…") + "\"event\":{}}\n");
  }

  @Test
  void aDetailMayHoldHalfACharacterWhereverItIsCut() throws Exception {
    for (String detail : List.of("\ud83d", "\ude00", "x\ud83dx", "y".repeat(499) + "😀😀")) {
      accept(dead(detail, new DeadLetter.Json(new byte[] {'{', '}'})));
    }

    ObjectMapper json = new ObjectMapper();
    List<String> details = new ArrayList<>();
    for (String line : today().lines().toList()) {
      details.add(json.readTree(line).path("detail").asText());
    }
    assertThat(details)
        .containsExactly("\ud83d", "\ude00", "x\ud83dx", "y".repeat(499) + "\ud83d…");
  }

  @Test
  void aDayEndsAtMidnightUtc() throws Exception {
    accept(event("{}"));
    now = now.plus(Duration.ofSeconds(1));

    accept(event("{\"n\":2}"));

    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n");
    assertThat(file("2019-08-16"))
        .hasContent(
            HEAD.replace("2019-08-15T23:59:59Z", "2019-08-16T00:00:00Z") + "\"event\":{\"n\":2}}");
  }

  @Test
  void aTornLastLineIsReplaced() throws Exception {
    accept(event("{}"));
    deadLetters.close();
    Files.writeString(file("2019-08-15"), today() + "{\"reason\":\"unkn");
    reopen();

    accept(event("{\"n\":2}"));

    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n" + HEAD + "\"event\":{\"n\":2}}\n");
  }

  /** A letter of many MiB is as well: what is malformed is kept whole. */
  @Test
  void aTornLastLineLargerThanWhatIsReadAtOnceIsReplaced() throws Exception {
    accept(event("{}"));
    deadLetters.close();
    Files.writeString(file("2019-08-15"), today() + "{" + "x".repeat(2 * SteadyFile.PIECE));
    reopen();

    accept(event("{\"n\":2}"));

    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n" + HEAD + "\"event\":{\"n\":2}}\n");
  }

  @Test
  void aFileOfNothingButATornLineIsReplaced() throws Exception {
    Files.createDirectories(file("x").getParent());
    Files.writeString(file("2019-08-15"), "{\"reason\":\"unkn");

    accept(event("{}"));

    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n");
  }

  /** Nobody was told of them: the first page of what was written is not there, the next one is. */
  @Test
  void whatAPowerFailureHasTornIsSetAside() throws Exception {
    accept(event("{}"));
    deadLetters.close();
    String whole = today();
    String torn = "\0".repeat(4096) + "half\"}}\n" + whole;
    Files.writeString(file("2019-08-15"), whole + torn);
    reopen();

    accept(event("{\"n\":2}"));

    assertThat(today()).isEqualTo(whole + HEAD + "\"event\":{\"n\":2}}\n");
    Path aside = file("damaged-" + whole.length() + "-2019-08-15");
    assertThat(aside).hasContent(torn);
    assertThat(DeadLetterDay.all(file("x").getParent()))
        .extracting(DeadLetterDay::day)
        .containsExactly(LocalDate.parse("2019-08-15"));
  }

  @Test
  void anUnusableDirectoryGivesTheEventsBack() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(directory.resolve("data/dead-letter"), "in the way");

    assertThatThrownBy(() -> accept(event("{}"))).isInstanceOf(IOException.class);

    assertThat(balance.received()).isZero();
    Files.delete(directory.resolve("data/dead-letter"));
    accept(event("{}"));
    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n");
  }

  @Test
  void aFailedFsyncGivesTheEventsBackAndLeavesTheFileAsItWas() throws Exception {
    accept(event("{}"));
    disk =
        file -> {
          throw new IOException("no disk");
        };

    assertThatThrownBy(() -> accept(event("{\"lost\":1}"))).hasRootCauseMessage("no disk");

    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n");
    assertThat(balance.deadLetteredBy(Reason.UNKNOWN_DOMAIN)).isEqualTo(1);
    disk = file -> file.force();
    accept(event("{\"n\":2}"));
    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n" + HEAD + "\"event\":{\"n\":2}}\n");
  }

  @Test
  void whatWasGivenBackIsTakenOutThoughThatFailsAtFirst() throws Exception {
    accept(event("{}"));
    disk =
        new DeadLetters.Disk() {
          @Override
          public void force(SteadyFile file) throws IOException {
            throw new IOException("no disk");
          }

          @Override
          public void truncate(SteadyFile file, long size) throws IOException {
            throw new IOException("not cut");
          }
        };

    assertThatThrownBy(() -> accept(event("{\"lost\":1}"))).hasRootCauseMessage("not cut");
    assertThatThrownBy(() -> accept(event("{\"lost\":2}"))).hasMessage("not cut");
    disk = file -> file.force();
    accept(event("{\"n\":2}"));

    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n" + HEAD + "\"event\":{\"n\":2}}\n");
    assertThat(errors.said())
        .containsExactly(
            "directory="
                + directory.resolve("data/dead-letter")
                + " error=java.io.IOException: no disk");
  }

  @Test
  void whatIsOnDiskOfAFileIsLeftOutWhenItIsTakenUpAgain() throws Exception {
    accept(ofFile("r1", 0, "{}"), ofFile("r1", 3, "{}"));
    Handover again = new Handover();
    deadLetters.accept(
        List.of(ofFile("r1", 0, "{}"), ofFile("r1", 3, "{}"), ofFile("r1", 6, "{\"n\":3}")), again);
    again.durable().join();
    accept(ofFile("r2", 0, "{\"n\":4}"));
    accept(event("{}"));
    accept(event("{}"));

    assertThat(again.deadLettered()).isEqualTo(3);
    assertThat(today().lines().map(line -> line.replaceFirst(".*\"event\":", "")))
        .containsExactly("{}}", "{}}", "{\"n\":3}}", "{\"n\":4}}", "{}}", "{}}");
    assertThat(balance.deadLetteredBy(Reason.UNKNOWN_DOMAIN)).isEqualTo(6);
  }

  /** As logs that are followed do, each as often as it takes. */
  @Test
  void howeverManyFilesAreTakenUpAgainInTurns() throws Exception {
    for (int look = 0; look < 3; look++) {
      for (int file = 0; file < 100; file++) {
        accept(ofFile("r" + file, 0, "{}"));
      }
    }

    assertThat(today().lines()).hasSize(100);
  }

  @Test
  void ofTooManyThoseThatWereTakenOfLongAgoAreForgotten() throws Exception {
    deadLetters.close();
    config = TestHome.in(directory.resolve("unforced")).set("router.spool.fsync", "false").config();
    reopen();
    for (int file = 0; file < 13_000; file++) { // of which each counts as 33
      accept(ofFile("r" + file, 0, "{}"));
    }

    accept(ofFile("r12999", 0, "{}"));
    assertThat(balance.deadLetteredBy(Reason.UNKNOWN_DOMAIN)).isEqualTo(13_000);
    accept(ofFile("r0", 0, "{}"));
    assertThat(balance.deadLetteredBy(Reason.UNKNOWN_DOMAIN)).isEqualTo(13_001);
  }

  @Test
  void whatWasGivenBackOfAFileIsNotLeftOut() throws Exception {
    failAllFsyncs();
    assertThatThrownBy(() -> accept(ofFile("r1", 0, "{}"))).hasMessageContaining("no disk");
    disk = file -> file.force();

    accept(ofFile("r1", 0, "{}"));

    assertThat(today().lines()).hasSize(1);
  }

  @Test
  void whatWasAcknowledgedStaysHoweverOftenFsyncsFailAfterARestart() throws Exception {
    accept(event("{}"));
    deadLetters.close();
    reopen();
    failAllFsyncs();

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> accept(event("{\"lost\":1}"))).hasMessageContaining("no disk");
    }

    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n");
    disk = file -> file.force();
    accept(event("{\"n\":2}"));
    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n" + HEAD + "\"event\":{\"n\":2}}\n");
  }

  @Test
  void whatSomebodyAddedStaysHoweverOftenFsyncsFail() throws Exception {
    accept(event("{}"));
    String edited = today() + "{\"edited\":1}\n";
    Files.writeString(file("2019-08-15"), edited);
    failAllFsyncs();

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> accept(event("{\"lost\":1}"))).hasMessageContaining("no disk");
    }

    assertThat(today()).isEqualTo(edited);
  }

  private void failAllFsyncs() {
    disk =
        new DeadLetters.Disk() {
          @Override
          public void force(SteadyFile file) throws IOException {
            throw new IOException("no disk");
          }

          @Override
          public void force(Path names) throws IOException {
            throw new IOException("no disk");
          }
        };
  }

  @Test
  void deadLettersWrittenWhileAnFsyncFailsAreNotAcknowledgedByTheNextOne() throws Exception {
    Handover during = new Handover();
    disk =
        file -> {
          disk = again -> again.force();
          deadLetters.accept(List.of(event("{\"during\":1}")), during);
          throw new IOException("no disk");
        };

    assertThatThrownBy(() -> accept(event("{\"lost\":1}"))).hasRootCauseMessage("no disk");
    assertThatThrownBy(() -> during.durable().join())
        .hasRootCauseMessage("an fsync of the dead letters failed; its events are given back");

    assertThat(today()).isEmpty();
    assertThat(balance.received()).isZero();
  }

  /** Of two fsyncs of one file at once the wrong one may hear that they failed. */
  @Test
  void aDayThatEndsDuringAnFsyncWaitsForIt() throws Exception {
    AtomicInteger fsyncs = new AtomicInteger();
    AtomicInteger meanwhile = new AtomicInteger();
    Handover nextDay = new Handover();
    disk =
        file -> {
          disk = again -> fsyncs.incrementAndGet();
          now = now.plus(Duration.ofSeconds(1));
          Thread other =
              new Thread(
                  () -> {
                    try {
                      deadLetters.accept(List.of(event("{\"n\":2}")), nextDay);
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  });
          other.start();
          Set<Thread.State> stopped = Set.of(Thread.State.BLOCKED, Thread.State.TERMINATED);
          await().until(() -> stopped.contains(other.getState()));
          meanwhile.set(fsyncs.get());
          throw new IOException("no disk");
        };

    assertThatThrownBy(() -> accept(event("{}"))).hasRootCauseMessage("no disk");

    assertThat(meanwhile).hasValue(0);
  }

  /** Whose fsync finds the file closed takes it for on disk. */
  @Test
  void aDayThatEndsDuringAnFsyncIsNoFailure() throws Exception {
    List<Path> forced = new ArrayList<>();
    Handover nextDay = new Handover();
    disk =
        file -> {
          disk = again -> forced.add(force(again));
          now = now.plus(Duration.ofSeconds(1));
          deadLetters.accept(List.of(event("{\"n\":2}")), nextDay);
          file.force();
        };

    accept(event("{}"));
    nextDay.durable().join();

    assertThat(today()).isEqualTo(HEAD + "\"event\":{}}\n");
    assertThat(balance.received()).isEqualTo(2);
    assertThat(forced).containsExactly(file("2019-08-15"), file("2019-08-16"));
  }

  @Test
  void aStopDuringAnFsyncIsNoFailure() throws Exception {
    List<Path> forced = new ArrayList<>();
    disk =
        file -> {
          disk = again -> forced.add(force(again));
          deadLetters.close();
          file.force();
        };

    accept(event("{}"));

    assertThat(forced).containsExactly(file("2019-08-15"));
    assertThat(balance.received()).isEqualTo(1);
  }

  private static Path force(SteadyFile file) throws IOException {
    file.force();
    return file.path();
  }

  @Test
  void aFileThatWasMovedAwayIsBegunAgain() throws Exception {
    accept(event("{}"));
    Files.move(file("2019-08-15"), file("elsewhere"));

    accept(event("{\"n\":2}"));

    assertThat(today()).isEqualTo(HEAD + "\"event\":{\"n\":2}}\n");
  }

  @Test
  void aFileThatSomebodyEditsIsGoneOnWithAsItIsNow() throws Exception {
    accept(event("{}"));
    Path edited = Files.writeString(directory.resolve("sed"), "{\"edited\":1}\n");
    Files.move(edited, file("2019-08-15"), REPLACE_EXISTING);
    accept(event("{\"n\":2}"));

    assertThat(today()).isEqualTo("{\"edited\":1}\n" + HEAD + "\"event\":{\"n\":2}}\n");

    Files.writeString(file("2019-08-15"), ""); // truncated
    accept(event("{\"n\":3}"));

    assertThat(today()).isEqualTo(HEAD + "\"event\":{\"n\":3}}\n");
  }

  @Test
  void aFileThatSomebodyTakesAwayDuringAnFsyncGivesTheEventsBack() throws Exception {
    disk =
        file -> {
          disk = again -> again.force();
          file.force();
          Files.delete(file("2019-08-15"));
        };

    assertThatThrownBy(() -> accept(event("{}")))
        .hasRootCauseMessage("somebody has deleted or replaced " + file("2019-08-15"));

    accept(event("{\"n\":2}"));
    assertThat(today()).isEqualTo(HEAD + "\"event\":{\"n\":2}}\n");
  }

  @Test
  void whatWaitsForAnFsyncWhenSomebodyReplacesTheFileIsGivenBack() throws Exception {
    Handover waiting = new Handover();
    Handover next = new Handover();
    disk =
        file -> {
          disk = again -> again.force();
          deadLetters.accept(List.of(event("{\"waits\":1}")), waiting);
          Files.writeString(directory.resolve("sed"), "{}\n");
          Files.move(directory.resolve("sed"), file("2019-08-15"), REPLACE_EXISTING);
          deadLetters.accept(List.of(event("{\"n\":2}")), next);
        };

    assertThatThrownBy(() -> accept(event("{}"))).isInstanceOf(CompletionException.class);
    assertThatThrownBy(() -> waiting.durable().join()).isInstanceOf(CompletionException.class);
    next.durable().join();
    assertThat(today()).isEqualTo("{}\n" + HEAD + "\"event\":{\"n\":2}}\n");
  }

  @Test
  void manyAreWrittenInPiecesAndAllOfThem() throws Exception {
    DeadLetter[] many = new DeadLetter[3000];
    for (int i = 0; i < many.length; i++) {
      many[i] = event("{\"n\":" + i + ",\"pad\":\"" + "x".repeat(300) + "\"}");
    }

    accept(many);

    assertThat(today().lines().map(line -> line.replaceAll(".*\"n\":(\\d+).*", "$1")))
        .containsExactlyElementsOf(IntStream.range(0, 3000).mapToObj(String::valueOf).toList());
  }

  @Test
  void anInterruptLeavesTheFileOpen() throws Exception {
    Thread.currentThread().interrupt();
    Handover handover = new Handover();
    deadLetters.accept(List.of(event("{}")), handover);
    boolean stillInterrupted = Thread.interrupted();
    handover.durable().join();

    accept(event("{\"n\":2}"));

    assertThat(stillInterrupted).isTrue();
    assertThat(today().lines()).hasSize(2);
  }

  @Test
  void eachDeadLetterCountsAsReceivedAndByItsReason() throws Exception {
    Handover handover = new Handover();
    handover.expect(3);

    deadLetters.accept(Collections.nCopies(3, event("{}")), handover);
    handover.durable().join();

    assertThat(handover.deadLettered()).isEqualTo(3);
    assertThat(handover.stray()).isEmpty();
    assertThat(balance.received()).isEqualTo(3);
    assertThat(balance.deadLetteredBy(Reason.UNKNOWN_DOMAIN)).isEqualTo(3);
    assertThat(balance.deadLetteredBy(Reason.MALFORMED)).isZero();
  }

  @Test
  void whatIsInTheirWayIsSaidForTwoMinutes() throws IOException {
    Path inTheWay =
        Files.createFile(Files.createDirectories(directory.resolve("data")).resolve("dead-letter"));
    String why = "java.nio.file.FileAlreadyExistsException: " + inTheWay;
    assertThat(deadLetters.obstacle()).isEmpty();

    assertThatThrownBy(() -> accept(event("{}"))).isInstanceOf(IOException.class);

    now = now.plusSeconds(119);
    assertThat(deadLetters.obstacle()).contains(why);
    now = now.plusSeconds(1);
    assertThat(deadLetters.obstacle()).isEmpty();
  }

  @Test
  void nothingIsInTheirWayOnceTheyAreOnDisk() throws IOException {
    disk =
        file -> {
          throw new IOException("no room");
        };
    assertThatThrownBy(() -> accept(event("{}"))).isInstanceOf(CompletionException.class);
    assertThat(deadLetters.obstacle()).contains("java.io.IOException: no room");
    disk = file -> file.force();

    accept();
    assertThat(deadLetters.obstacle()).contains("java.io.IOException: no room");
    accept(event("{}"));

    assertThat(deadLetters.obstacle()).isEmpty();
  }
}
