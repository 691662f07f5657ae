package io.registryrouter.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings logs to disk, in rounds: while one is under way, the next callers gather, and the next one
 * is for all of them. No timer. What several logs wait with comes to disk in the {@link Journal} at
 * once, where there is one; else one log is forced after the other. Thread-safe.
 */
final class Commits {

  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

  private final Executor executor;
  private final Optional<Journal> journal;
  private Map<SpoolLog, CompletableFuture<Void>> waiting = new LinkedHashMap<>();
  private boolean running;

  /**
   * @param executor of threads or of the calling one; two threads are made use of
   */
  Commits(Executor executor, Optional<Journal> journal) {
    this.executor = executor;
    this.journal = journal;
  }

  /** Completes when what was written to the log before this call is on disk. */
  synchronized CompletableFuture<Void> request(SpoolLog log) {
    CompletableFuture<Void> onDisk =
        waiting.computeIfAbsent(log, first -> new CompletableFuture<>());
    if (!running) {
      begin();
    }
    return onDisk;
  }

  /**
   * Before a log goes on behind events that it gives back.
   *
   * @throws IOException when a start might still find them in the journal
   */
  void forgetFailed() throws IOException {
    if (journal.isPresent()) {
      journal.get().forgetFailed();
    }
  }

  private void round() {
    Map<SpoolLog, CompletableFuture<Void>> served = take();
    if (journal.isPresent() && isJournaled(served.keySet())) {
      goOn(); // the next round need not wait until all of this one have heard
      served.values().forEach(waits -> waits.complete(null));
    } else {
      served.forEach(Commits::force);
      goOn();
    }
  }

  /** Whether all of them are on disk now; else each is to be forced. */
  private boolean isJournaled(Set<SpoolLog> logs) {
    List<Unforced> all = new ArrayList<>();
    boolean written = false;
    try {
      for (SpoolLog log : logs) {
        all.add(log.beginJournaling());
      }
      written = journal.orElseThrow().write(all);
    } catch (RuntimeException | Error e) { // such as want of direct memory; forcing needs less
      LOG.debug("not journaled", e);
    } finally {
      for (Unforced what : all) {
        what.log().endJournaling(what, written);
      }
    }
    return written;
  }

  private static void force(SpoolLog log, CompletableFuture<Void> waits) {
    try {
      log.force();
      waits.complete(null);
    } catch (Throwable e) { // an error too: who waits must hear of it, and the next be served
      waits.completeExceptionally(e);
    }
  }

  private synchronized Map<SpoolLog, CompletableFuture<Void>> take() {
    Map<SpoolLog, CompletableFuture<Void>> served = waiting;
    waiting = new LinkedHashMap<>();
    return served;
  }

  private synchronized void goOn() {
    running = false;
    if (!waiting.isEmpty()) {
      begin();
    }
  }

  /** When the router ends, or no thread can be had, who waits hears of it. */
  private void begin() {
    try {
      running = true;
      executor.execute(this::round);
    } catch (RejectedExecutionException | Error e) {
      running = false;
      take().values().forEach(waits -> waits.completeExceptionally(e));
    }
  }
}
