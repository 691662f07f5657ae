package io.registryrouter.intake.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.Gate;
import io.registryrouter.intake.Handover;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.Framing;
import io.registryrouter.support.Forced;
import io.registryrouter.support.MutableClock;
import io.registryrouter.support.Warnings;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileConfiguration;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FinishedFilesTest {

  private static final FileIntake.Limits LIMITS =
      new FileIntake.Limits(1024 * 1024, 2 * 1024 * 1024);
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final String CHANGED =
      "file=a.ndjson error=it changed while it was taken; what is new of it is taken next";

  @TempDir private Path inboxes;
  private Path inbox;
  private GenericFileEndpoint<File> endpoint;
  @RegisterExtension final Warnings warnings = new Warnings(FinishedFiles.class);
  private final MutableClock clock = new MutableClock(Instant.now());
  private final FinishedFiles finished = new FinishedFiles(() -> RETENTION, clock);

  @BeforeEach
  void makeInbox() throws IOException {
    inbox = Files.createDirectory(inboxes.resolve("activity-tracker"));
    GenericFileConfiguration configuration = new GenericFileConfiguration();
    configuration.setDirectory(inbox.toString());
    endpoint = new FileEndpoint();
    endpoint.setConfiguration(configuration);
  }

  @Test
  void takenFileMovesToDone() throws IOException {
    Path file = write("a.ndjson", "{}");

    commit(file);

    assertThat(file).doesNotExist();
    assertThat(inbox.resolve(".done/a.ndjson")).hasContent("{}");
    assertThat(inbox.resolve(".failed")).doesNotExist();
  }

  /** Or a power failure would bring it back, and its events would come again. */
  @Test
  void aFileThatMovedHasLeftItsInboxOnDisk() throws Exception {
    Path file = write("day-1/a.ndjson", "{}");

    assertThat(Forced.by(() -> commit(file))).containsExactly(file.getParent());
  }

  @Test
  void damagedFileMovesToFailedEvenWhenItIsTheFirstOfAll() throws IOException {
    Path file = write("a.json", "[{}");

    commit(file);

    assertThat(file).doesNotExist();
    assertThat(inbox.resolve(".failed/a.json")).hasContent("[{}");
    assertThat(inbox.resolve(".done")).doesNotExist();
  }

  @Test
  void directoriesAreKept() throws IOException {
    commit(write("day-1/a.ndjson", "{}"));

    assertThat(inbox.resolve(".done/day-1/a.ndjson")).hasContent("{}");
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    commit(write("a.ndjson", "1"));
    commit(write("a.ndjson", "2"));
    commit(write("a.ndjson", "3"));

    assertThat(inbox.resolve(".done/a.ndjson")).hasContent("1");
    assertThat(inbox.resolve(".done/a.ndjson.1")).hasContent("2");
    assertThat(inbox.resolve(".done/a.ndjson.2")).hasContent("3");
  }

  @Test
  void aLinkThatLeadsNowhereIsNotOverwrittenEither() throws IOException {
    Files.createDirectory(inbox.resolve(".done"));
    Files.createSymbolicLink(inbox.resolve(".done/a.ndjson"), Path.of("nowhere"));

    commit(write("a.ndjson", "1"));

    assertThat(inbox.resolve(".done/a.ndjson.1")).hasContent("1");
  }

  @Test
  void progressOfATakenFileIsForgotten() throws IOException {
    Path file = write("a.ndjson", "{}");
    Progress.of(inbox, file).save(new EventCutter.Position(1, 1, Framing.LINES));

    commit(file);

    assertThat(inbox.resolve(".progress")).doesNotExist();
  }

  @Test
  void takenFilesAreKeptForAWhile() throws IOException {
    commit(write("a.ndjson", "{}"));
    clock.advance(RETENTION.minusMinutes(1));
    finished.tidy(inbox);

    assertThat(inbox.resolve(".done/a.ndjson")).exists();

    clock.advance(Duration.ofHours(1));
    finished.tidy(inbox);

    assertThat(inbox.resolve(".done/a.ndjson")).doesNotExist();
  }

  @Test
  void aLinkWhoseFileIsGoneKeepsNoOtherTakenFile() throws IOException {
    Path target = write("target", "{}");
    commit(Files.createSymbolicLink(inbox.resolve("a.ndjson"), target));
    commit(write("b.ndjson", "{}"));
    Files.delete(target);

    clock.advance(RETENTION.plusHours(1));
    finished.tidy(inbox);

    assertThat(inbox.resolve(".done")).isEmptyDirectory();
  }

  @Test
  void filesOfOneNameAreCountedWithoutAGap() throws IOException {
    for (int i = 0; i < 12; i++) {
      commit(write("a.ndjson", "{\"n\":" + i + "}"));
    }

    for (int i = 0; i < 12; i++) {
      assertThat(inbox.resolve(".done/a.ndjson" + (i == 0 ? "" : "." + i)))
          .hasContent("{\"n\":" + i + "}");
    }
  }

  @Test
  void damagedFilesAreKeptForEver() throws IOException {
    commit(write("a.json", "[{}"));
    clock.advance(RETENTION.multipliedBy(10));
    finished.tidy(inbox);

    assertThat(inbox.resolve(".failed/a.json")).exists();
  }

  @Test
  void behindAFileThatCouldNotBeHandedOverOthersWait() throws IOException {
    Path first = write("a.ndjson", "{}");
    Path second = write("b.ndjson", "{}");
    assertThat(begin(first)).isTrue();

    rollback(first);

    assertThat(begin(second)).isFalse();
    assertThat(begin(first)).isTrue();
    assertThat(first).exists();
    commit(first);
    assertThat(begin(second)).isTrue();
  }

  @Test
  void aFileThatIsGoneIsNotWaitedFor() throws IOException {
    Path first = write("a.ndjson", "{}");
    Path second = write("b.ndjson", "{}");
    rollback(first);

    Files.delete(first);

    assertThat(begin(second)).isTrue();
  }

  @Test
  void theLogSaysWhyAFileIsNotTakenOnceForEachReason() throws IOException {
    Path first = write("day-1/a.ndjson", "{}");
    IOException full = new IOException("the spool is full");

    rollback(first, new UncheckedIOException(full));
    rollback(first, full);
    rollback(first, new AccessDeniedException(first.toString()));
    rollback(first, full);

    assertThat(warnings.said())
        .containsExactly(
            "file=day-1/a.ndjson error=the spool is full",
            "file=day-1/a.ndjson error=this user may not read it; chmod or chown it",
            "file=day-1/a.ndjson error=the spool is full");
    assertThat(finished.troubles()).containsExactly(entry("day-1/a.ndjson", "the spool is full"));
  }

  @Test
  void aFileThatWasTakenOrIsGoneStaysNoLonger() throws IOException {
    Path taken = write("a.ndjson", "{}");
    Path gone = write("b.ndjson", "{}");
    rollback(taken);
    rollback(gone);

    commit(taken);
    assertThat(finished.troubles()).containsOnlyKeys("b.ndjson");
    Files.delete(gone);

    assertThat(finished.troubles()).isEmpty();
  }

  @Test
  void aFileThatIsTakenIsNewToTheLogAfterwards() throws IOException {
    Path file = write("a.ndjson", "{}");
    IOException full = new IOException("the spool is full");
    rollback(file, full);
    commit(file);
    write("a.ndjson", "{}");

    rollback(file, full);

    assertThat(warnings.said()).hasSize(2);
  }

  @Test
  void aStopIsNoReason() throws IOException {
    rollback(write("a.ndjson", "{}"), new InterruptedIOException("stopping"));

    assertThat(warnings.said()).isEmpty();
  }

  @Test
  void aFileThatReplacesTheOneBeingReadStaysAndIsTakenNext() throws IOException {
    Path file = write("a.ndjson", "{\"n\":1}");

    commit(file, () -> Files.move(write("b.tmp", "{\"n\":2}"), file, REPLACE_EXISTING));

    assertThat(file).hasContent("{\"n\":2}");
    assertThat(warnings.said()).containsExactly(CHANGED);
    commit(file);
    assertThat(inbox.resolve(".done/a.ndjson")).hasContent("{\"n\":2}");
  }

  @Test
  void anArrayThatGetsABlankAtItsEndWhileItIsReadIsTaken() throws IOException {
    Path file = write("a.json", "[{\"n\":1}]");

    commit(file, () -> Files.writeString(file, "\n", APPEND));
    FileIntake intake = new FileIntake(inboxes, () -> LIMITS, new Gate(), () -> false);
    try (FileReading reading = intake.read(EventPath.ACTIVITY_TRACKER, file, new Handover())) {
      assertThat(reading.next()).isNull();
      assertThat(reading.isBroken()).isFalse();
    }
  }

  @Test
  void ofAFileThatGrewWhileItWasReadTheRestIsTakenNext() throws IOException {
    Path file = write("a.ndjson", "{\"n\":1}\n");

    commit(file, () -> Files.writeString(file, "{\"n\":2}\n", APPEND));

    assertThat(file).exists();
    assertThat(warnings.said()).containsExactly(CHANGED);
    FileIntake intake = new FileIntake(inboxes, () -> LIMITS, new Gate(), () -> false);
    try (FileReading reading = intake.read(EventPath.ACTIVITY_TRACKER, file, new Handover())) {
      RawBatch rest = reading.next();
      assertThat(rest.size()).isEqualTo(1);
      assertThat(new String(rest.buffer(), rest.start(0), rest.end(0) - rest.start(0), UTF_8))
          .isEqualTo("{\"n\":2}");
    }
  }

  @Test
  void aFileThatWasDeletedWhileItWasReadIsNoTrouble() throws IOException {
    Path file = write("a.ndjson", "{}");

    commit(file, () -> Files.delete(file));

    assertThat(inbox.resolve(".done/a.ndjson")).doesNotExist();
    assertThat(inbox.resolve(".progress")).doesNotExist();
    assertThat(warnings.said()).isEmpty();
  }

  @Test
  void aFileThatCannotBeMovedIsNotTakenAgainAndMovesWhenItCan() throws IOException {
    Path obstacle = Files.writeString(inbox.resolve(".done"), "no directory");
    Path file = write("a.ndjson", "{}");

    commit(file);

    assertThat(begin(file)).isFalse();
    assertThat(begin(file)).isFalse();
    assertThat(warnings.said())
        .singleElement()
        .asString()
        .startsWith(
            "file=a.ndjson error=it was taken and cannot be moved; let this user write "
                + inbox
                + " and "
                + obstacle
                + ": java.nio.file.");
    Files.delete(obstacle);
    assertThat(begin(file)).isFalse();
    assertThat(inbox.resolve(".done/a.ndjson")).hasContent("{}");
    assertThat(begin(write("a.ndjson", "{}"))).isTrue();
  }

  @Test
  void howManyCannotBeMovedIsNoReasonToForgetAny() throws IOException {
    Path obstacle = Files.writeString(inbox.resolve(".done"), "no directory");
    int many = SettledFiles.MOST_TROUBLES + 100;
    for (int i = 0; i < many; i++) {
      commit(write(i + ".ndjson", "{}"));
      assertThat(finished.troubles()).hasSize(Math.min(i + 1, SettledFiles.MOST_TROUBLES));
    }
    assertThat(warnings.said()).hasSize(many);

    Files.delete(obstacle);
    for (int i = 0; i < many; i++) {
      begin(inbox.resolve(i + ".ndjson"));
    }
    assertThat(finished.troubles()).isEmpty();
  }

  @Test
  void aFileThatCouldNotBeMovedAndWasTakenAwayIsForgotten() throws IOException {
    Files.writeString(inbox.resolve(".done"), "no directory");
    Path file = write("a.ndjson", "{}");
    commit(file);
    Path elsewhere = Files.move(file, inboxes.resolve("a.ndjson"));
    clock.advance(Duration.ofMinutes(11));

    finished.tidy(inbox);

    Files.move(elsewhere, file); // as it was, and yet put in anew
    assertThat(begin(file)).isTrue();
  }

  /** Others of any number stand behind it. */
  @Test
  void aFileThatWasTakenIsNotDueAndLeavesTheProgressOfTheNextAlone() throws IOException {
    Path obstacle = Files.writeString(inbox.resolve(".done"), "no directory");
    Path taken = write("a.ndjson", "{}");
    commit(taken);
    assertThat(finished.isDue(taken)).isFalse();
    Path begun = write("b.ndjson", "{}\n{}");
    Progress.of(inbox, begun).save(new EventCutter.Position(3, 2, Framing.LINES));
    Files.delete(obstacle);

    assertThat(finished.isDue(taken)).isFalse();

    assertThat(inbox.resolve(".done/a.ndjson")).exists();
    assertThat(Progress.of(inbox, begun).load())
        .isEqualTo(new EventCutter.Position(3, 2, Framing.LINES));
  }

  @Test
  void behindAFileThatCannotBeMovedOthersGoOnWhenTheRouteIsMadeAnew() throws IOException {
    Files.writeString(inbox.resolve(".done"), "no directory");
    Path file = write("a.ndjson", "{}");
    commit(file);
    assertThat(inbox.resolve(".progress")).exists();

    finished.prepareOnStartup(null, endpoint);

    assertThat(begin(write("b.ndjson", "{}"))).isTrue();
  }

  @Test
  void aProgressThatCannotBeReadHoldsNobodyUpBeforeItIsNeeded() throws IOException {
    Files.createDirectory(inbox.resolve(".progress"));

    finished.prepareOnStartup(null, endpoint);

    assertThat(begin(write("a.ndjson", "{}"))).isTrue();
  }

  @Test
  void anotherFileInThePlaceOfOneThatCouldNotBeMovedIsTaken() throws IOException {
    Files.writeString(inbox.resolve(".done"), "no directory");
    Path file = write("a.ndjson", "{}");
    commit(file);

    write("a.ndjson", "{\"n\":2}");

    assertThat(begin(file)).isTrue();
  }

  @Test
  void aFileThatOneDoorTookAndAnotherDidNotIsTriedAgainLessAndLessOften() throws IOException {
    Path file = write("a.ndjson", "{}\n{}");
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rollbackInPart(file, 1);
      long seconds = 0;
      while (!begin(file)) {
        clock.advance(Duration.ofSeconds(1));
        seconds++;
      }
      waits.add(seconds);
    }

    assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    rollbackInPart(file, 0);
    assertThat(begin(file)).as("when nothing was taken there is nothing to repeat").isTrue();
    rollbackInPart(file, 1);
    clock.advance(Duration.ofHours(-1));
    assertThat(begin(file)).as("a clock that is set back").isTrue();
    commit(file);
    rollbackInPart(write("b.ndjson", "{}\n{}"), 1);
    clock.advance(Duration.ofSeconds(1));
    assertThat(begin(inbox.resolve("b.ndjson"))).as("what was taken ends it").isTrue();
  }

  @Test
  void whatIsOnItsWayToTheDiskIsWaitedForBeforeAFileComesAgain() throws Exception {
    Path file = write("a.ndjson", "{}");
    FileIntake intake = new FileIntake(inboxes, () -> LIMITS, new Gate(), () -> false);
    Handover handover = new Handover();
    CompletableFuture<Void> onDisk = new CompletableFuture<>();
    try (FileReading reading = intake.read(EventPath.ACTIVITY_TRACKER, file, handover)) {
      handover.expect(reading.next().size());
      handover.accepted(1, onDisk);
      Exchange exchange = new DefaultExchange(new DefaultCamelContext());
      exchange.setProperty(FileReading.PROPERTY, reading);
      exchange.setException(new IOException("no room"));

      CompletableFuture<Void> given =
          CompletableFuture.runAsync(
              () -> finished.rollback(null, endpoint, exchange, generic(file)));

      assertThatThrownBy(() -> given.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      onDisk.completeExceptionally(new IOException("a disk in trouble"));
      given.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aFileWhoseRouteEndedBeforeTheDiskWasWaitedForStays() throws Exception {
    Path file = write("a.ndjson", "{}");
    FileIntake intake = new FileIntake(inboxes, () -> LIMITS, new Gate(), () -> false);
    Handover handover = new Handover();
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    try (FileReading reading = intake.read(EventPath.ACTIVITY_TRACKER, file, handover)) {
      handover.expect(reading.next().size());
      handover.accepted(1, CompletableFuture.completedFuture(null));
      exchange.setProperty(FileReading.PROPERTY, reading);
      finished.commit(null, endpoint, exchange, generic(file));
      assertThat(file).exists();

      handover.confirm();
      finished.commit(null, endpoint, exchange, generic(file));
      assertThat(file).as("not read to its end").exists();

      assertThat(reading.next()).isNull();
      finished.commit(null, endpoint, exchange, generic(file));
      assertThat(file).doesNotExist();
    }
  }

  /** So many of its two events were taken. */
  private void rollbackInPart(Path file, int taken) throws IOException {
    FileIntake intake = new FileIntake(inboxes, () -> LIMITS, new Gate(), () -> false);
    Handover handover = new Handover();
    try (FileReading reading = intake.read(EventPath.ACTIVITY_TRACKER, file, handover)) {
      handover.expect(reading.next().size());
      handover.accepted(taken, CompletableFuture.completedFuture(null));
      Exchange exchange = new DefaultExchange(new DefaultCamelContext());
      exchange.setProperty(FileReading.PROPERTY, reading);
      exchange.setException(new IOException("no room"));
      finished.rollback(null, endpoint, exchange, generic(file));
    }
  }

  private Path write(String name, String text) throws IOException {
    Path file = inbox.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private boolean begin(Path file) {
    return finished.begin(null, endpoint, null, generic(file));
  }

  private void rollback(Path file) {
    rollback(file, new IOException("not handed over"));
  }

  private void rollback(Path file, Exception failure) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setException(failure);
    finished.rollback(null, endpoint, exchange, generic(file));
  }

  private void commit(Path file) throws IOException {
    commit(file, () -> {});
  }

  /** What happens to a file between its opening and the end of its reading. */
  private interface Meanwhile {
    void happen() throws IOException;
  }

  private void commit(Path file, Meanwhile meanwhile) throws IOException {
    FileIntake intake = new FileIntake(inboxes, () -> LIMITS, new Gate(), () -> false);
    Handover handover = new Handover();
    try (FileReading reading = intake.read(EventPath.ACTIVITY_TRACKER, file, handover)) {
      int events = reading.next().size();
      handover.expect(events);
      handover.accepted(events, CompletableFuture.completedFuture(null));
      assertThat(reading.next()).isNull();
      handover.confirm();
      meanwhile.happen();
      Exchange exchange = new DefaultExchange(new DefaultCamelContext());
      exchange.setProperty(FileReading.PROPERTY, reading);
      finished.commit(null, endpoint, exchange, generic(file));
    }
  }

  private GenericFile<File> generic(Path file) {
    GenericFile<File> generic = new GenericFile<>();
    generic.setFile(file.toFile());
    generic.setRelativeFilePath(inbox.relativize(file).toString());
    return generic;
  }

  @Test
  void aFileThatWasBegunGoesOnFirstAfterARestartWhateverCameBeforeIt() throws IOException {
    Path begun = write("b.ndjson", "{}\n{}");
    Progress.of(inbox, begun).save(new EventCutter.Position(3, 1, Framing.LINES));
    Path earlier = write("a.ndjson", "{}");

    finished.prepareOnStartup(null, endpoint);

    assertThat(begin(earlier)).isFalse();
    assertThat(begin(begun)).isTrue();
    Files.writeString(begun, "{}", APPEND); // another one now, which is taken from its start
    FinishedFiles next = new FinishedFiles(() -> RETENTION, clock);
    next.prepareOnStartup(null, endpoint);
    assertThat(next.begin(null, endpoint, null, generic(earlier))).isTrue();
  }
}
