package io.registryrouter.disk;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Brings to disk what callers wait with, in rounds: while one is under way, the next callers
 * gather, and the next one is for all of them. No timer. Thread-safe.
 *
 * @param <F> what is brought to disk, such as a file
 */
public final class GroupCommit<F> {

  /** What is done for all that wait. */
  @FunctionalInterface
  public interface Round<F> {

    /**
     * Completes each, exceptionally when it cannot be brought to disk. What was written before this
     * was called has to be there.
     */
    void commit(Map<F, CompletableFuture<Void>> waiting);

    /** One after the other; who waits for one is told before the next. */
    static <F> Round<F> ofEach(Force<F> force) {
      return waiting -> waiting.forEach((file, waits) -> force.complete(file, waits));
    }
  }

  /** Brings to disk whatever was written before it was called. */
  @FunctionalInterface
  public interface Force<F> {

    void force(F file) throws IOException;

    private void complete(F file, CompletableFuture<Void> waits) {
      try {
        force(file);
        waits.complete(null);
      } catch (Throwable e) { // an error too: who waits must hear of it, and the next be served
        waits.completeExceptionally(e);
      }
    }
  }

  private final Executor executor;
  private final Round<F> round;
  private Map<F, CompletableFuture<Void>> waiting = new LinkedHashMap<>();
  private boolean running;

  public GroupCommit(Executor executor, Round<F> round) {
    this.executor = executor;
    this.round = round;
  }

  /** Completes when what was written to it before this call is on disk. */
  public CompletableFuture<Void> request(F file) {
    CompletableFuture<Void> onDisk;
    synchronized (this) {
      onDisk = waiting.computeIfAbsent(file, first -> new CompletableFuture<>());
      if (running) {
        return onDisk;
      }
      running = true;
    }
    begin();
    return onDisk;
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing depends on who runs next, but fewer fsyncs
  private void run() {
    Thread.yield(); // so that those who are about to ask share this round
    Map<F, CompletableFuture<Void>> served = take();
    try {
      round.commit(served);
    } catch (Throwable e) { // who was left out must hear of it, and the next be served
      served.values().forEach(waits -> waits.completeExceptionally(e));
    }
    goOn();
  }

  private synchronized Map<F, CompletableFuture<Void>> take() {
    Map<F, CompletableFuture<Void>> served = waiting;
    waiting = new LinkedHashMap<>();
    return served;
  }

  /** Behind the others that wait for the executor. */
  private void goOn() {
    synchronized (this) {
      running = !waiting.isEmpty();
      if (!running) {
        return;
      }
    }
    begin();
  }

  /**
   * When the router ends, or no thread can be had, who waits hears of it; outside the monitor, for
   * who hears may want a lock whose holder waits for this one.
   */
  private void begin() {
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException | Error e) {
      Map<F, CompletableFuture<Void>> refused;
      synchronized (this) {
        running = false;
        refused = take();
      }
      refused.values().forEach(waits -> waits.completeExceptionally(e));
    }
  }
}
