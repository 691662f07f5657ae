package io.registryrouter.spool;

import static io.registryrouter.spool.Groups.lines;
import static io.registryrouter.spool.LogFixture.append;
import static io.registryrouter.spool.LogFixture.drain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.config.RouterConfig.SpoolSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class CommitsTest {

  @TempDir Path directory;

  private SpoolLog open(String destination, Commits commits) throws IOException {
    return SpoolLog.open(
        destination,
        directory.resolve(destination),
        new SpoolSettings(1 << 30, 1 << 20, true),
        LogFixture.CLOCK,
        commits);
  }

  private Journal journal(Journal.Disk disk) {
    return new Journal(directory, 1 << 20, Runnable::run, disk);
  }

  @Test
  void oneRoundServesAllThatWait() throws Exception {
    List<Runnable> rounds = new ArrayList<>();
    Commits commits = new Commits(rounds::add, Optional.empty());
    SpoolLog dallas = open("us-south", commits);
    SpoolLog tokyo = open("jp-tok", commits);

    List<CompletableFuture<Void>> waiting =
        List.of(append(dallas, "a"), append(tokyo, "b"), append(dallas, "c"));
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    assertThat(rounds).hasSize(1);
    rounds.remove(0).run();

    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThat(rounds).isEmpty();
    assertThat(drain(dallas)).isEqualTo(lines("a", "c"));
    assertThat(drain(tokyo)).isEqualTo(lines("b"));
  }

  @Test
  void whenNoThreadCanBeHadOnceWhoWaitsHearsOfItAndTheNextIsServed() throws Exception {
    Deque<Error> noThread = new ArrayDeque<>();
    noThread.add(new OutOfMemoryError("unable to create native thread"));
    Executor executor =
        task -> {
          if (!noThread.isEmpty()) {
            throw noThread.remove();
          }
          task.run();
        };
    SpoolLog log = open("us-south", new Commits(executor, Optional.empty()));

    assertThatThrownBy(append(log, "a")::get).hasRootCauseMessage("unable to create native thread");
    append(log, "b").get();

    assertThat(drain(log)).isEqualTo(lines("a", "b")); // the first was written all the same
  }

  /** Such as one for which there is no memory. */
  @Test
  void anErrorOfTheJournalHasItsLogsForced() throws Exception {
    Deque<Error> errors = new ArrayDeque<>();
    Journal journal =
        journal(
            file -> {
              if (!errors.isEmpty()) {
                throw errors.remove();
              }
              file.force();
            });
    SpoolLog log = madeJournal(journal);
    errors.add(new OutOfMemoryError("a test"));

    append(log, "a").get();
    append(log, "b").get();

    assertThat(errors).isEmpty();
    assertThat(drain(log)).isEqualTo(lines("first", "a", "b"));
  }

  private SpoolLog madeJournal(Journal journal) throws Exception {
    Deque<Runnable> held = new ArrayDeque<>();
    boolean[] hold = {true};
    Commits commits =
        new Commits(
            task -> {
              if (hold[0]) {
                held.add(task);
              } else {
                task.run();
              }
            },
            Optional.of(journal));
    SpoolLog log = open("us-south", commits);
    append(log, "first");
    append(open("jp-tok", commits), "first");
    hold[0] = false;
    held.remove().run();
    return log;
  }
}
