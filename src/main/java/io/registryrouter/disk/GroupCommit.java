package io.registryrouter.disk;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * One fsync serves everyone who waits for it: while one runs, the next callers gather, and the next
 * one is for all of them. No timer. Thread-safe.
 */
public final class GroupCommit {

  /** Brings to disk whatever was written before it was called. */
  @FunctionalInterface
  public interface Force {
    void force() throws IOException;
  }

  private final Executor executor;
  private final Force force;
  private CompletableFuture<Void> waiting;
  private boolean running;

  public GroupCommit(Executor executor, Force force) {
    this.executor = executor;
    this.force = force;
  }

  /** Completes when what was written before this call is on disk. */
  public synchronized CompletableFuture<Void> request() {
    if (waiting != null) {
      return waiting;
    }
    CompletableFuture<Void> first = new CompletableFuture<>();
    waiting = first;
    if (!running) {
      begin();
    }
    return first;
  }

  private void run() {
    CompletableFuture<Void> served = take();
    try {
      force.force();
      served.complete(null);
    } catch (Throwable e) { // an error too: who waits must hear of it, and the next be served
      served.completeExceptionally(e);
    }
    goOn();
  }

  private synchronized CompletableFuture<Void> take() {
    CompletableFuture<Void> served = waiting;
    waiting = null;
    return served;
  }

  /** Behind the others that wait for the executor. */
  private synchronized void goOn() {
    running = false;
    if (waiting != null) {
      begin();
    }
  }

  /** When the router ends, or no thread can be had, who waits hears of it. */
  private void begin() {
    try {
      running = true;
      executor.execute(this::run);
    } catch (RejectedExecutionException | Error e) {
      running = false;
      take().completeExceptionally(e);
    }
  }
}
