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

  @Test
  @Timeout(10)
  void whoComesWhileOneRunsSharesTheNext() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger forced = new AtomicInteger();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    GroupCommit commit =
        new GroupCommit(
            thread,
            () -> {
              begun.countDown();
              await(goOn);
              forced.incrementAndGet();
            });

    CompletableFuture<Void> first = commit.request();
    await(begun);
    List<CompletableFuture<Void>> later = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      later.add(commit.request());
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
    GroupCommit commit =
        new GroupCommit(
            task -> {
              if (!noThread.isEmpty()) {
                throw noThread.remove();
              }
              task.run();
            },
            () -> {});

    assertThatThrownBy(commit.request()::get).hasRootCauseMessage("unable to create native thread");
    commit.request().get();
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
    GroupCommit commit =
        new GroupCommit(
            tasks::add,
            () -> {
              if (calls.incrementAndGet() == 1) {
                throw new IOException("no disk");
              }
            });

    CompletableFuture<Void> first = commit.request();
    tasks.remove(0).run();
    CompletableFuture<Void> second = commit.request();
    tasks.remove(0).run();

    assertThatThrownBy(first::get).hasRootCauseMessage("no disk");
    assertThat(second).isCompleted();
  }

  @Test
  void whatIsForcedIsForcedOnce() {
    AtomicInteger calls = new AtomicInteger();
    GroupCommit commit = new GroupCommit(Runnable::run, calls::incrementAndGet);
    assertThat(calls).hasValue(0);

    commit.request().join();
    assertThat(calls).hasValue(1);
    commit.request().join();
    assertThat(calls).hasValue(2);
  }
}
