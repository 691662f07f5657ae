package io.registryrouter.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.observe.ReadyHealth;
import io.registryrouter.support.Tool;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SpoolRoomTest extends OpenSpools {

  @RegisterExtension final Warnings warnings = new Warnings(SpoolRoom.class);
  @RegisterExtension final Warnings logs = new Warnings(SpoolLog.class);

  @Test
  void aBatchThatFitsHasRoom() throws Exception {
    accept("us-south", Groups.of("a"));

    spools.room().require(2L * LINE);

    assertThat(spools.room().isQuotaUsedUp()).isFalse();
  }

  @Test
  void aBatchThatDoesNotFitHasNoRoom() throws Exception {
    accept("us-south", Groups.of("a"));
    accept("eu-de", Groups.of("b"));

    assertThatThrownBy(() -> spools.room().require(LINE + 1))
        .isInstanceOf(SpoolFullException.class)
        .hasMessage(
            "the spool holds %d bytes and has no room for %d more, router.spool.max-size is %d bytes;"
                + " intake goes on when destinations have taken some",
            2 * LINE, LINE + 1, 3 * LINE);
  }

  private void openWithPlentyOfRoom() throws IOException {
    openLarge();
    accept("us-south", Groups.of("a"));
  }

  @Test
  void plentyOfRoomIsNotEnoughForABatchLargerThanTheQuota() throws Exception {
    openWithPlentyOfRoom();
    spools.room().require(1);

    assertThatThrownBy(() -> spools.room().require(1 << 30)).isInstanceOf(SpoolFullException.class);
  }

  @Test
  void aBatchThatFitsEndsARefusalThoughThereIsPlentyOfRoom() throws Exception {
    openWithPlentyOfRoom();
    assertThatThrownBy(() -> spools.room().require(1 << 30)).isInstanceOf(SpoolFullException.class);
    spools.room().require(0); // as for dead letters alone
    spools.room().require(1);

    assertThat(spools.room().isQuotaUsedUp()).isFalse();
  }

  @Test
  void aQuotaThatAnEditLowersCountsAtOnce() throws Exception {
    RouterConfig edited = config;
    openWithPlentyOfRoom();
    spools.room().require(3L * LINE);

    spools.room().adopt(edited.spool());

    assertThatThrownBy(() -> spools.room().require(3L * LINE))
        .isInstanceOf(SpoolFullException.class);
  }

  @Test
  void aFullSpoolIsWarnedOfOnceAMinute() throws Exception {
    accept("us-south", Groups.of("a"));

    assertThatThrownBy(() -> spools.room().require(3L * LINE))
        .isInstanceOf(SpoolFullException.class);
    assertThatThrownBy(() -> spools.room().require(3L * LINE))
        .isInstanceOf(SpoolFullException.class);

    assertThat(warnings.said())
        .containsExactly(
            "error=the spool holds %d bytes and has no room for %d more, router.spool.max-size is %d"
                    .formatted(LINE, 3 * LINE, 3 * LINE)
                + " bytes; intake goes on when destinations have taken some");
  }

  @Test
  void aClockThatIsSetBackMakesNobodySilentAndNoAgeNegative() throws Exception {
    accept("us-south", Groups.of("a"));
    assertThatThrownBy(() -> spools.room().require(3L * LINE))
        .isInstanceOf(SpoolFullException.class);

    now = now.minus(Duration.ofDays(365));
    assertThatThrownBy(() -> spools.room().require(3L * LINE))
        .isInstanceOf(SpoolFullException.class);
    assertThatThrownBy(() -> spools.room().require(3L * LINE))
        .isInstanceOf(SpoolFullException.class);

    assertThat(warnings.said()).hasSize(2);
    assertThat(spools.oldestAge("us-south")).isZero();
  }

  @Test
  void aDirectoryThatIsGoneIsNotCalledAFullDisk() throws Exception {
    Path spool = config.data().spool();
    Files.move(spool, directory.resolve("moved"));

    assertThatThrownBy(() -> spools.room().require(LINE))
        .isInstanceOf(IOException.class)
        .hasMessage("the spool's directory %s is gone; restart the router to begin anew", spool);
  }

  @Test
  void aFileSystemThatBecameReadOnlyIsNotReady() throws Exception {
    ReadyHealth health = new ReadyHealth("disk", spools.room()::diskObstacle, spools.room()::free);
    assertThat(health.call().getState()).isEqualTo(HealthCheck.State.UP);
    String spool = config.data().spool().toString();
    assumeThat(Tool.exitCode("mount", "--bind", spool, spool)).as("the right to mount").isZero();
    try {
      assertThat(Tool.exitCode("mount", "-o", "remount,bind,ro", spool)).isZero();

      HealthCheck.Result result = health.call();

      assertThat(result.getState()).isEqualTo(HealthCheck.State.DOWN);
      assertThat(result.getMessage())
          .hasValue(
              "the spool is read-only for this user; mount its file system for writing, or mend its rights");
    } finally {
      Tool.exitCode("umount", spool);
    }
  }

  @Test
  void whatWasRefusedIsWhatIntakeWaitsFor() throws Exception {
    accept("us-south", Groups.of("a"));
    accept("eu-de", Groups.of("b"));
    assertThatThrownBy(() -> spools.room().require(LINE + 1))
        .isInstanceOf(SpoolFullException.class);
    spools.room().require(0); // as for dead letters alone
    boolean afterRefusal = spools.room().isQuotaUsedUp();

    spools.room().require(LINE);
    boolean afterOneThatFits = spools.room().isQuotaUsedUp();
    assertThatThrownBy(() -> spools.room().require(LINE + 1))
        .isInstanceOf(SpoolFullException.class);
    deliver("us-south");

    assertThat(afterRefusal).isTrue();
    assertThat(afterOneThatFits).isFalse();
    assertThat(spools.room().isQuotaUsedUp()).isFalse();
  }

  @Test
  void anEmptySpoolTakesAnyBatch() throws Exception {
    spools.room().require(100L * LINE);

    accept("us-south", Groups.of("x".repeat(100 * LINE)));

    assertThat(spools.room().isQuotaUsedUp()).isTrue();
  }

  @Test
  void thereIsRoomAgainAfterDelivery() throws Exception {
    accept("us-south", Groups.of("a", "b", "c"));
    boolean full = spools.room().isQuotaUsedUp();

    deliver("us-south");
    spools.room().require(3L * LINE);

    assertThat(full).isTrue();
    assertThat(spools.room().isQuotaUsedUp()).isFalse();
  }

  @Test
  void deliveredSegmentsThatAKillLeftDoNotCloseTheDoorForEver() throws Exception {
    accept("us-south", Groups.of("a", "b", "c"));
    deliver("us-south");
    spools.close();
    Segment.create(config.data().spool().resolve("us-south"), 3L * LINE).close();
    reopen();

    spools.room().require(LINE);

    assertThat(spools.room().isQuotaUsedUp()).isFalse();
  }

  @Test
  void aLogWhoseFilesAreGoneTakesNoRoomFromTheOthers() throws Exception {
    for (String destination : List.of("eu-de", "us-south")) {
      accept(destination, Groups.of("a"));
      deliver(destination);
    }
    Files.move(config.data().spool().resolve("eu-de"), directory.resolve("elsewhere"));

    spools.room().require(2L * LINE);
    accept("us-south", Groups.of("b", "c"));

    assertThat(spools.room().isQuotaUsedUp()).isTrue();
    assertThat(logs.said())
        .singleElement()
        .asString()
        .startsWith("destination=eu-de error=java.nio.file.NoSuchFileException: ");
  }
}
