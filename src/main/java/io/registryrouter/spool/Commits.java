package io.registryrouter.spool;

import io.registryrouter.disk.GroupCommit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings logs to disk. What several wait with comes there in the {@link Journal} at once, where
 * there is one; else one log is forced after the other. Thread-safe.
 */
final class Commits {

  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

  private final Optional<Journal> journal;
  private final GroupCommit.Round<SpoolLog> forceEach = GroupCommit.Round.ofEach(SpoolLog::force);
  private final GroupCommit<SpoolLog> rounds;

  Commits(Executor executor, Optional<Journal> journal) {
    this.journal = journal;
    this.rounds = new GroupCommit<>(executor, this::commit);
  }

  /** Completes when what was written to the log before this call is on disk. */
  CompletableFuture<Void> request(SpoolLog log) {
    return rounds.request(log);
  }

  /** An fsync of a log has failed: the journal keeps what it has of it until the next start. */
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

  private void commit(Map<SpoolLog, CompletableFuture<Void>> waiting) {
    if (journal.isPresent() && isJournaled(journal.get(), waiting.keySet())) {
      waiting.values().forEach(waits -> waits.complete(null));
    } else {
      forceEach.commit(waiting);
    }
  }

  /** Whether all of them are on disk now; else each is to be forced. */
  private static boolean isJournaled(Journal journal, Set<SpoolLog> logs) {
    List<Unforced> all = new ArrayList<>(logs.size());
    boolean written = false;
    try {
      for (SpoolLog log : logs) {
        all.add(log.beginJournaling());
      }
      written = journal.write(all);
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
}
