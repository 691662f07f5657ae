package io.registryrouter.spool;

import io.registryrouter.intake.Handover;
import io.registryrouter.route.Group;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The spools for a source that does not come again: where the quota is reached, a batch waits
 * before the first of it is appended.
 */
public final class PatientSpools implements GroupSink {

  private static final long LOOK_MILLIS = 10;

  private final Spools spools;
  private final Duration patience;
  private final BooleanSupplier stopping;

  /**
   * @param patience how long a batch waits
   * @param stopping true when none is to wait any more
   */
  public PatientSpools(Spools spools, Duration patience, BooleanSupplier stopping) {
    this.spools = spools;
    this.patience = patience;
    this.stopping = stopping;
  }

  @Override
  public void requireRoom(long bytes) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        spools.requireRoom(bytes);
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

  @Override
  public void accept(String destination, Group group, Handover handover) throws IOException {
    spools.accept(destination, group, handover);
  }
}
