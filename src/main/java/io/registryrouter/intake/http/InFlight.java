package io.registryrouter.intake.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The requests that are being worked on, from the end of their heads to their answers, and the
 * bytes of their bodies, compressed and inflated, and of what is made of them. Thread-safe.
 */
final class InFlight {

  /**
   * What an event counts as beside its own bytes. It takes more while it is worked on; chosen so
   * that the largest body, 16 MiB with 100,000 events, still goes into the default of
   * router.http.max-in-flight, and with no more of the smallest events than the heap of {@code run}
   * was seen to hold.
   */
  static final int BYTES_PER_EVENT = 160;

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean closed;

  /** One request. */
  final class Share {

    private final AtomicLong own = new AtomicLong();
    private final AtomicBoolean begun = new AtomicBoolean(true);

    private Share() {}

    /**
     * 503 when it would be more than {@code max} in all, 413 when it alone is; {@link #release} is
     * due all the same.
     */
    void add(long more, long max) throws HttpProblem {
      long total = bytes.addAndGet(more);
      if (own.addAndGet(more) > max) {
        throw new HttpProblem(
            413,
            "the body, with what it inflates to or becomes and "
                + BYTES_PER_EVENT
                + " bytes an event, is more than "
                + max
                + " bytes (router.http.max-in-flight); send less at once");
      }
      if (total > max) {
        throw new HttpProblem(
            503, "too much is being worked on (router.http.max-in-flight); send it again");
      }
    }

    /** It was answered, or nobody waits for an answer; more than once does no harm. */
    void release() {
      bytes.addAndGet(-own.getAndSet(0));
      if (begun.getAndSet(false)) {
        requests.decrementAndGet();
      }
      if (closed) {
        synchronized (InFlight.this) {
          InFlight.this.notifyAll();
        }
      }
    }
  }

  /**
   * A request begins; {@link Share#release} is due.
   *
   * @throws HttpProblem 503 when no more are taken
   */
  Share begin() throws HttpProblem {
    requests.incrementAndGet();
    Share share = new Share();
    if (closed) { // asked after it was counted, so that whoever closes waits for it or it sees that
      share.release();
      throw new HttpProblem(503, "the router is stopping");
    }
    return share;
  }

  /** From now on none begins; waits until those that have begun end, for so long at most. */
  synchronized void close(Duration time) throws InterruptedException {
    closed = true;
    long deadline = System.nanoTime() + time.toNanos();
    while (requests.get() > 0 && System.nanoTime() < deadline) {
      wait(100);
    }
  }
}
