package io.registryrouter.spool;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The room of the spools for a source that does not come again: a batch waits for the quota. */
public final class PatientRoom implements Room {

  private static final long LOOK_MILLIS = 10;

  private final Room room;
  private final Duration patience;
  private final BooleanSupplier stopping;

  /**
   * @param patience how long a batch waits
   * @param stopping true when none is to wait any more
   */
  public PatientRoom(Room room, Duration patience, BooleanSupplier stopping) {
    this.room = room;
    this.patience = patience;
    this.stopping = stopping;
  }

  @Override
  public void require(long bytes) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        room.require(bytes);
        return;
      } catch (SpoolFullException e) {
        if (stopping.getAsBoolean() || System.nanoTime() >= deadline) {
          throw e;
        }
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while it waited for room in the spool");
    }
  }
}
