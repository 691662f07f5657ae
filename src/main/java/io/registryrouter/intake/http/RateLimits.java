package io.registryrouter.intake.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A bucket of requests for each client: it holds those of one second and is filled up evenly. Kept
 * as the time at which it will be full again (GCRA), so that nothing has to be counted down.
 */
final class RateLimits {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  RateLimits(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Takes a request out of the client's bucket.
   *
   * @param client a key of the settings, never a text of a request
   * @param perSecond above 0
   * @return false when the bucket is empty; in a second it no longer is
   */
  boolean take(String client, int perSecond) {
    long now = nanoTime.getAsLong();
    return buckets.computeIfAbsent(client, first -> new Bucket(now)).take(now, perSecond);
  }

  private static final class Bucket {

    private long fullAt;

    private Bucket(long now) {
      fullAt = now;
    }

    private synchronized boolean take(long now, int perSecond) {
      long interval = SECOND / perSecond;
      long after = (fullAt - now < 0 ? now : fullAt) + interval;
      if (after - now > interval * perSecond) {
        return false;
      }
      fullAt = after;
      return true;
    }
  }
}
