package io.registryrouter.intake;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes of bodies that are being worked on, compressed and inflated. Thread-safe. */
final class InFlight {

  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean awaited;

  /** What one request has of them. */
  final class Share {

    private final AtomicLong own = new AtomicLong();

    /** 503 when it would be more than {@code max} in all; {@link #release} is due all the same. */
    void add(long more, long max) throws HttpProblem {
      own.addAndGet(more);
      if (bytes.addAndGet(more) > max) {
        throw new HttpProblem(
            503, "too much is being worked on (router.http.max-in-flight); send it again");
      }
    }

    /** Gives back all of it; more than once does no harm. */
    void release() {
      bytes.addAndGet(-own.getAndSet(0));
      if (awaited) {
        synchronized (InFlight.this) {
          InFlight.this.notifyAll();
        }
      }
    }
  }

  /** Waits until there are none, for so long at most. */
  synchronized void awaitNone(long seconds) throws InterruptedException {
    awaited = true;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (bytes.get() > 0 && System.nanoTime() < deadline) {
      wait(100);
    }
  }
}
