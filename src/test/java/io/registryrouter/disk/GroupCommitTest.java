package io.registryrouter.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GroupCommitTest {

  private static GroupCommit.Round<String> forcing(GroupCommit.Force<String> force) {
    return GroupCommit.Round.ofEach(force);
  }

  @Test
  void aRoundServesEachThatIsWaitedForOnceAndAFailureOfOneReachesNoOther() {
    List<Runnable> tasks = new ArrayList<>();
    List<String> forced = new ArrayList<>();
    GroupCommit<String> commit =
        new GroupCommit<>(
            tasks::add,
            forcing(
                file -> {
                  forced.add(file);
                  if (file.equals("b")) {
                    throw new IOException("no disk");
                  }
                }));

    CompletableFuture<Void> a = commit.request("a");
    CompletableFuture<Void> b = commit.request("b");
    CompletableFuture<Void> c = commit.request("c");
    CompletableFuture<Void> again = commit.request("a");
    tasks.remove(0).run();

    assertThat(forced).containsExactly("a", "b", "c");
    assertThat(List.of(a, again, c)).allMatch(waits -> waits.isDone());
    assertThat(List.of(a, again, c)).noneMatch(waits -> waits.isCompletedExceptionally());
    assertThatThrownBy(b::get).hasRootCauseMessage("no disk");
    assertThat(tasks).isEmpty();
  }

  @Test
  @Timeout(10)
  void whoComesWhileOneRunsSharesTheNext() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger forced = new AtomicInteger();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    GroupCommit<String> commit =
        new GroupCommit<>(
            thread,
            forcing(
                file -> {
                  begun.countDown();
                  await(goOn);
                  forced.incrementAndGet();
                }));

    CompletableFuture<Void> first = commit.request("a");
    await(begun);
    List<CompletableFuture<Void>> later = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      later.add(commit.request("a"));
    }
    boolean early = first.isDone() || later.get(0).isDone();
    goOn.countDown();
    CompletableFuture.allOf(later.toArray(CompletableFuture[]::new)).get();

    assertThat(early).isFalse();
    assertThat(first).isCompleted();
    assertThat(forced).hasValue(2);
    thread.shutdown();
  }

  @Test
  @Timeout(10)
  void whenNoThreadCanBeHadOnceWhoWaitsHearsOfItAndTheNextIsServed() throws Exception {
    Deque<Error> noThread = new ArrayDeque<>();
    noThread.add(new OutOfMemoryError("unable to create native thread"));
    GroupCommit<String> commit =
        new GroupCommit<>(
            task -> {
              if (!noThread.isEmpty()) {
                throw noThread.remove();
              }
              task.run();
            },
            forcing(file -> {}));

    assertThatThrownBy(commit.request("a")::get)
        .hasRootCauseMessage("unable to create native thread");
    commit.request("a").get();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFailureReachesThoseItServedAndNobodyElse() {
    List<Runnable> tasks = new ArrayList<>();
    AtomicInteger calls = new AtomicInteger();
    GroupCommit<String> commit =
        new GroupCommit<>(
            tasks::add,
            forcing(
                file -> {
                  if (calls.incrementAndGet() == 1) {
                    throw new IOException("no disk");
                  }
                }));

    CompletableFuture<Void> first = commit.request("a");
    tasks.remove(0).run();
    CompletableFuture<Void> second = commit.request("a");
    tasks.remove(0).run();

    assertThatThrownBy(first::get).hasRootCauseMessage("no disk");
    assertThat(second).isCompleted();
  }

  @Test
  void whoARoundLeavesOutHearsOfItAndTheNextIsServed() {
    Deque<Error> errors = new ArrayDeque<>();
    errors.add(new OutOfMemoryError("a test"));
    GroupCommit<String> commit =
        new GroupCommit<>(
            Runnable::run,
            waiting -> {
              if (!errors.isEmpty()) {
                throw errors.remove();
              }
              waiting.values().forEach(waits -> waits.complete(null));
            });

    CompletableFuture<Void> first = commit.request("a");
    CompletableFuture<Void> second = commit.request("a");

    assertThatThrownBy(first::get).hasRootCauseMessage("a test");
    assertThat(second).isCompleted();
  }

  @Test
  void whatIsForcedIsForcedOnce() {
    AtomicInteger calls = new AtomicInteger();
    GroupCommit<String> commit =
        new GroupCommit<>(Runnable::run, forcing(file -> calls.incrementAndGet()));
    assertThat(calls).hasValue(0);

    commit.request("a").join();
    assertThat(calls).hasValue(1);
    commit.request("a").join();
    assertThat(calls).hasValue(2);
  }
}
