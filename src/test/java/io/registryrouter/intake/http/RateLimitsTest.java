package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitsTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may wrap around
  private final RateLimits limits = new RateLimits(nanos::get);

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 1000, 999_999})
  void aFullBucketHoldsTheRequestsOfOneSecond(int perSecond) {
    assertThat(taken("ci", perSecond, perSecond + 10)).isEqualTo(perSecond);
  }

  @Test
  void aBucketFillsUpEvenlyAndNeverBeyondOneSecond() {
    taken("ci", 10, 20);

    advance(99);
    assertThat(taken("ci", 10, 5)).isZero();
    advance(1);
    assertThat(taken("ci", 10, 5)).isEqualTo(1);
    advance(350);
    assertThat(taken("ci", 10, 5)).isEqualTo(3);
    advance(3_600_000);
    assertThat(taken("ci", 10, 50)).isEqualTo(10);
  }

  @Test
  void whatIsRefusedCostsNothing() {
    taken("ci", 10, 10_000);

    advance(1000);

    assertThat(taken("ci", 10, 50)).isEqualTo(10);
  }

  @Test
  void eachClientHasABucketOfItsOwn() {
    taken("ci", 10, 50);

    assertThat(taken("team", 10, 50)).isEqualTo(10);
  }

  @Test
  void anotherRateIsTakenUpAtOnce() {
    taken("ci", 10, 50);

    advance(100);

    assertThat(taken("ci", 100, 50)).isEqualTo(10);
  }

  private int taken(String client, int perSecond, int asked) {
    int taken = 0;
    for (int i = 0; i < asked; i++) {
      taken += limits.take(client, perSecond) ? 1 : 0;
    }
    return taken;
  }

  private void advance(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
