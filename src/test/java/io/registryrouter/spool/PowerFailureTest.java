package io.registryrouter.spool;

import static io.registryrouter.spool.Groups.line;
import static io.registryrouter.spool.Groups.lines;
import static io.registryrouter.spool.LogFixture.append;
import static io.registryrouter.spool.LogFixture.drain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.disk.Directories;
import io.registryrouter.support.VolatileFileSystem;
import io.registryrouter.support.VolatileFileSystem.Fault;
import io.registryrouter.support.VolatileFileSystem.Killed;
import io.registryrouter.support.VolatileFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is left of a log after a power failure that follows a kill, or a disk that refuses. */
class PowerFailureTest {

  private final VolatileFileSystem disk = new VolatileFileSystem();
  private final Path directory = disk.getPath("/us-south");
  private final Path data = LogFixture.data(directory, 0);
  private final Path index = LogFixture.index(directory, 0);
  private long segmentSize = 1 << 20;

  @BeforeEach
  void begin() throws IOException {
    Directories.make(directory);
  }

  /** A start, on a disk that works. */
  private SpoolLog start() throws IOException {
    disk.fault(Fault.NONE);
    return LogFixture.open(directory, segmentSize);
  }

  private String drainAfterPowerFailure() throws IOException {
    disk.losePower();
    return drain(start());
  }

  private void killBeforeFsync(Path file) {
    disk.fault(
        (operation, at) -> {
          if (operation == Operation.FSYNC && at.equals(file)) {
            throw new Killed();
          }
        });
  }

  @Test
  void aSegmentThatAKilledRollHasBegunIsThereByNameOnceItHoldsEvents() throws Exception {
    segmentSize = line("a").length();
    SpoolLog log = start();
    append(log, "a").get();
    killBeforeFsync(directory);
    assertThatThrownBy(() -> append(log, "b")).isInstanceOf(Killed.class);

    append(start(), "c").get();

    assertThat(drainAfterPowerFailure()).isEqualTo(lines("a", "c"));
  }

  @Test
  void whatAKilledStartHasCutDoesNotComeBack() throws Exception {
    SpoolLog log = start();
    killBeforeFsync(data);
    append(log, "unacknowledged");
    disk.writeBack(index);
    disk.losePower();
    killBeforeFsync(index);
    assertThatThrownBy(() -> LogFixture.open(directory)).isInstanceOf(Killed.class);

    append(start(), "a").get();

    assertThat(drainAfterPowerFailure()).isEqualTo(line("a"));
  }

  /** The process is killed before it begins a segment that has nothing of them. */
  @Test
  void eventsBehindThoseThatAFailedFsyncLeftSurvive() throws Exception {
    SpoolLog log = start();
    append(log, "a").get();
    append(log, "b").get();
    disk.fault(
        (operation, file) -> {
          if (operation == Operation.FSYNC) {
            throw new IOException("no fsync");
          }
          if (operation == Operation.CREATE) {
            throw new Killed();
          }
        });
    CompletableFuture<Void> lost = append(log, "x".repeat(5 * VolatileFileSystem.PAGE));
    assertThat(lost).isCompletedExceptionally();

    append(start(), "y").get();

    assertThat(drainAfterPowerFailure()).startsWith(lines("a", "b")).endsWith(line("y"));
  }

  /** Which is written before the events, and which the system brings to disk at once. */
  @Test
  void theIndexLineOfARefusedAppendDoesNotComeBack() throws Exception {
    SpoolLog log = start();
    append(log, "a").get();
    disk.fault(this::refuseEvents);
    assertThatThrownBy(() -> append(log, "refused")).hasMessageEndingWith("no space");

    assertGoesOn(log);
  }

  @Test
  void aLogOfWhichTheIndexCannotBeBroughtToDiskGoesOnInAnotherSegment() throws Exception {
    SpoolLog log = start();
    append(log, "a").get();
    disk.fault(
        (operation, file) -> {
          refuseEvents(operation, file);
          if (operation == Operation.FSYNC && file.equals(index)) {
            throw new IOException("no fsync");
          }
        });
    assertThatThrownBy(() -> append(log, "refused")).hasMessageEndingWith("no fsync");

    assertGoesOn(log);
  }

  private void refuseEvents(Operation operation, Path file) throws IOException {
    if (operation == Operation.WRITE && file.equals(data)) {
      disk.writeBack(index);
      throw new IOException("no space");
    }
  }

  private void assertGoesOn(SpoolLog log) throws Exception {
    disk.fault(Fault.NONE);
    append(log, "b").get();
    append(log, "c").get();

    assertThat(drainAfterPowerFailure()).isEqualTo(lines("a", "b", "c"));
  }
}
