package io.registryrouter.intake;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Where batches pass on their way into the routes. While it is closed they wait; those that are in
 * go on to their end. So an edit takes effect between two batches. Thread-safe.
 */
public final class Gate {

  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int inside;
  private boolean closed;

  /** Lets {@code batch} in, now or once the gate opens; it has to {@link #leave} once. */
  public void enter(Runnable batch) {
    synchronized (this) {
      if (closed) {
        waiting.add(batch);
        return;
      }
      inside++;
    }
    batch.run();
  }

  /** Returns once the caller is in; it has to {@link #leave} once. */
  public synchronized void enter() throws InterruptedException {
    while (closed) {
      wait();
    }
    inside++;
  }

  public synchronized void leave() {
    inside--;
    notifyAll();
  }

  /**
   * Lets nothing more in and waits until all that is in has left.
   *
   * @return false when the time was up first; then the gate is open again
   * @throws InterruptedException when the caller was interrupted first; then it is, too
   */
  public boolean close(Duration patience) throws InterruptedException {
    boolean empty = false;
    try {
      empty = closeAndAwait(patience);
    } finally {
      if (!empty) {
        open();
      }
    }
    return empty;
  }

  private synchronized boolean closeAndAwait(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    closed = true;
    long left = patience.toMillis();
    while (inside > 0 && left > 0) {
      wait(left);
      left = (deadline - System.nanoTime()) / 1_000_000;
    }
    return inside == 0;
  }

  /** True while nothing is let in. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /** Lets in what waits, in the order in which it came; what comes meanwhile waits for nothing. */
  public void open() {
    List<Runnable> let;
    synchronized (this) {
      closed = false;
      let = List.copyOf(waiting);
      waiting.clear();
      inside += let.size();
      notifyAll();
    }
    let.forEach(Runnable::run);
  }
}
