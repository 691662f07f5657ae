package io.registryrouter.spool;

import static io.registryrouter.spool.Groups.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.intake.Handover;
import io.registryrouter.observe.ReadyHealth;
import io.registryrouter.route.Group;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SpoolsTest extends OpenSpools {

  @RegisterExtension final Warnings warnings = new Warnings(Spools.class);

  /** As on a disk without inodes, when the edit that named it is taken back. */
  @Test
  void aLogOfWhichThereIsOnlyTheFirstFileGoesWithoutBeingOpened() throws Exception {
    spools.close();
    Path log = Files.createDirectory(config.data().spool().resolve("left-over"));
    Files.createFile(log.resolve("00000000000000000000.ndjson"));

    reopen();

    assertThat(log).doesNotExist();
    assertThat(spools.backlogs()).doesNotContainKey("left-over");
    assertThat(warnings.said()).isEmpty();
  }

  @Test
  void aStartReplaysTheJournalAndAStopLeavesNone() throws Exception {
    openLarge();
    Path spool = config.data().spool();
    Path journal = spool.resolve("journal.0");
    int sent = 0;
    while (!hasRecords(journal)) {
      Handover both = new Handover();
      spools.accept("us-south", Groups.of("e" + sent), both);
      spools.accept("jp-tok", Groups.of("e" + sent), both);
      both.durable().join();
      sent++;
    }
    accept("us-south", Groups.of("last"));
    byte[] records = Files.readAllBytes(journal);
    Path segment = LogFixture.data(spool.resolve("us-south"), 0);
    byte[] events = Files.readAllBytes(segment);

    spools.close();
    assertThat(LogFixture.files(spool)).noneMatch(Journal.FILES::contains);
    Files.write(journal, records); // as a power failure leaves it
    Files.write(segment, Arrays.copyOf(events, events.length - line("last").length()));
    reopen();

    assertThat(spools.log("us-south").backlog()).isEqualTo(sent + 1);
    assertThat(LogFixture.drain(spools.log("us-south"))).endsWith(line("last"));
    assertThat(journal).doesNotExist();
  }

  private static boolean hasRecords(Path journal) throws IOException {
    return Files.exists(journal) && JournalRecord.read(read(journal), 0).isPresent();
  }

  private static ByteBuffer read(Path file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file));
  }

  @Test
  void acceptedEventsAreReceivedAndWait() throws Exception {
    Handover handover = new Handover();
    handover.expect(2);

    spools.accept("us-south", Groups.of("a", "b"), handover);
    handover.durable().join();

    assertThat(handover.accepted()).isEqualTo(2);
    assertThat(handover.stray()).isEmpty();
    assertThat(balance.received()).isEqualTo(2);
    assertThat(spools.backlog()).isEqualTo(2);
    assertThat(spools.backlogs()).containsEntry("us-south", 2L).containsEntry("eu-de", 0L);
  }

  @Test
  void aSecondDestinationGetsACopyWhichIsNotReceivedAgain() throws Exception {
    Group group = Groups.of("a");

    accept("us-south", group);
    accept("eu-de", group);

    assertThat(balance.received()).isEqualTo(1);
    assertThat(spools.backlog()).isEqualTo(2);
  }

  /** Another destination took nothing of its batch, so that it comes again. */
  @Test
  void whatAFileHasBroughtHereBeforeIsLeftOut() throws Exception {
    accept("us-south", Groups.read("r1", "a", "b"));
    accept("us-south", Groups.read("r1", "a", "b"));
    accept("eu-de", Groups.read("r1", "a", "b"));

    assertThat(LogFixture.drain(spools.log("us-south"))).isEqualTo(Groups.lines("a", "b"));
    assertThat(LogFixture.drain(spools.log("eu-de"))).isEqualTo(Groups.lines("a", "b"));
  }

  /** A file goes on behind a batch while that is on its way to the disk. */
  @Test
  void whatComesBehindEventsThatWereGivenBackIsNotTakenBeforeThey() throws Exception {
    Path segment = config.data().spool().resolve("us-south/00000000000000000000.ndjson");
    Handover first = new Handover();
    Files.delete(segment);
    spools.accept("us-south", Groups.of("a"), first);
    assertThatThrownBy(first.durable()::join).hasRootCauseInstanceOf(NoSuchFileException.class);

    assertThatThrownBy(() -> spools.accept("us-south", Groups.of("b"), first))
        .isInstanceOf(IOException.class)
        .hasMessage("an fsync of the spool failed; what came before is given back");
    accept("us-south", Groups.of("a"));
    accept("us-south", Groups.of("b"));

    assertThat(LogFixture.drain(spools.log("us-south"))).isEqualTo(Groups.lines("a", "b"));
  }

  @Test
  void anUnknownDestinationIsRefused() {
    assertThatThrownBy(() -> spools.log("nowhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no destination \"nowhere\"");
  }

  @Test
  void aLogThatCannotBeWrittenIsNotReadyUntilItCan() throws Exception {
    ReadyHealth health = new ReadyHealth("spool", spools::obstacle, spools.room()::used);
    Path own = config.data().spool().resolve("us-south");
    Path moved = directory.resolve("moved");
    accept("us-south", Groups.of("a"));
    Files.move(own, moved);
    assertThatThrownBy(() -> accept("us-south", Groups.of("lost"))).isInstanceOf(Exception.class);

    HealthCheck.Result without = health.call();
    Files.move(moved, own);
    HealthCheck.Result again = health.call();

    assertThat(without.getState()).isEqualTo(HealthCheck.State.DOWN);
    assertThat(without.getMessage())
        .hasValue(
            "cannot be written, intake of its events waits: {us-south="
                + "java.nio.file.NoSuchFileException: "
                + own
                + "}");
    assertThat(again.getState()).isEqualTo(HealthCheck.State.UP);
    accept("us-south", Groups.of("b"));
    assertThat(LogFixture.drain(spools.log("us-south"))).isEqualTo(Groups.lines("a", "b"));
  }

  @Test
  void whatAFileSystemKeepsBesideTheLogsIsNoDestination() throws Exception {
    Path spool = config.data().spool();
    for (String name : List.of("lost+found", ".snapshot")) {
      Files.createDirectory(spool.resolve(name));
    }
    leave("left-over", "a").close();
    Files.createFile(spool.resolve("readme"));
    spools.close();

    reopen();

    assertThat(spools.backlogs())
        .containsKey("left-over")
        .doesNotContainKeys("lost+found", ".snapshot", "readme");
    assertThat(spool.resolve("lost+found")).isEmptyDirectory();
  }

  /** A log of a destination that no route or setting names. */
  private SpoolLog leave(String destination, String... ids) throws IOException {
    SpoolLog log = LogFixture.open(config.data().spool().resolve(destination));
    LogFixture.append(log, ids).join();
    return log;
  }

  @Test
  void anEmptySpoolThatNothingNamesGoesAtTheNextStart() throws Exception {
    try (SpoolLog log = leave("tenant", "a", "b")) {
      LogFixture.deliver(log);
    }
    try (SpoolLog log = leave("tenant-that-waits", "a", "b")) {
      log.undelivered().next(LogFixture.MANY, 1, Long.MAX_VALUE, new byte[0]);
    }
    spools.close();

    reopen();

    assertThat(spools.backlogs())
        .doesNotContainKey("tenant")
        .containsEntry("tenant-that-waits", 2L)
        .containsEntry("us-south", 0L);
    assertThat(config.data().spool().resolve("tenant")).doesNotExist();
    assertThat(spools.backlog()).isEqualTo(2);
  }

  @Test
  void anEmptySpoolThatNothingNamesStaysWithWhatSomebodyMayWantToSee() throws Exception {
    try (SpoolLog log = leave("tenant", "a")) {
      LogFixture.deliver(log);
    }
    Path aside = config.data().spool().resolve("tenant/damaged-7.ndjson");
    Files.writeString(aside, "damaged");
    spools.close();

    reopen();

    assertThat(spools.backlogs()).containsEntry("tenant", 0L);
    assertThat(aside).hasContent("damaged");
  }

  /** Killed before the cursor, which goes last, was deleted. */
  @Test
  void anEmptySpoolThatWasDeletedInPartHasNothingToDeliverAgain() throws Exception {
    Path tenant = config.data().spool().resolve("tenant");
    try (SpoolLog log = leave("tenant", "a")) {
      LogFixture.deliver(log);
    }
    Files.delete(LogFixture.index(tenant, 0));
    spools.close();

    reopen();

    assertThat(spools.backlogs()).doesNotContainKey("tenant");
    assertThat(tenant).doesNotExist();
  }

  @Test
  void theBacklogIsRightAfterReopening() throws Exception {
    accept("us-south", Groups.of("a", "b"));
    deliver("us-south");
    accept("us-south", Groups.of("c"));
    spools.close();

    reopen();

    assertThat(spools.backlogs()).containsEntry("us-south", 1L);
    assertThat(balance.received()).isZero();
  }
}
