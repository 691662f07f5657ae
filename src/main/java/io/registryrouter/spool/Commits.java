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
  CompletableFuture<Void> request(SpoolLog log) {
    CompletableFuture<Void> onDisk;
    synchronized (this) {
      onDisk = waiting.computeIfAbsent(log, first -> new CompletableFuture<>());
      if (running) {
        return onDisk;
      }
      running = true;
    }
    begin();
    return onDisk;
  }

  /** Of a log: what the journal has stays there until the next start. */
  void fsyncFailed(Exception why) {
    journal.ifPresent(there -> there.giveUp(why));
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
    boolean journaled = journal.isPresent() && isJournaled(served.keySet());
    if (!journaled) {
      served.forEach(Commits::force);
    }
    goOn(); // the next round need not wait until all of this one have heard
    if (journaled) {
      served.values().forEach(waits -> waits.complete(null));
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
    }
    for (Unforced what : all) {
      written &= isEnded(what, written);
    }
    return written;
  }

  private static boolean isEnded(Unforced what, boolean written) {
    try {
      what.log().endJournaling(what, written);
      return true;
    } catch (RuntimeException | Error e) {
      LOG.debug("not told that it is journaled", e);
      return false;
    }
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
   * who hears may want a log's that waits for this one.
   */
  private void begin() {
    try {
      executor.execute(this::round);
    } catch (RejectedExecutionException | Error e) {
      Map<SpoolLog, CompletableFuture<Void>> refused;
      synchronized (this) {
        running = false;
        refused = take();
      }
      refused.values().forEach(waits -> waits.completeExceptionally(e));
    }
  }
}
