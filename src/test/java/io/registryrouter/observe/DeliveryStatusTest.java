package io.registryrouter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class DeliveryStatusTest {

  private Instant now = Instant.parse("2019-08-15T12:00:00Z");
  private final DeliveryStatus status =
      new DeliveryStatus(((InstantSource) () -> now).withZone(ZoneOffset.UTC));

  @Test
  void theRateIsThatOfTheLastMinute() {
    deliverEachSecond(180, 2);

    assertThat(status.rate()).isEqualTo(2);
    now = now.plus(Duration.ofSeconds(30));
    assertThat(status.rate()).isEqualTo(1);
  }

  @Test
  void theRateDoesNotGrowAfterTheClockWasSetBack() {
    deliverEachSecond(60, 2);
    now = now.minus(Duration.ofDays(365));

    deliverEachSecond(180, 2);

    assertThat(status.rate()).isEqualTo(2);
  }

  @Test
  void sinceWhenNoRouteDeliversIsWhenItsRouteEnded() {
    Instant start = now;
    assertThat(status.unservedSince()).isEqualTo(start);
    status.served(true);
    now = now.plus(Duration.ofHours(1));

    status.served(false);
    now = now.plus(Duration.ofHours(1));
    status.served(false);

    assertThat(status.unservedSince()).isEqualTo(start.plus(Duration.ofHours(1)));
  }

  private void deliverEachSecond(int seconds, int events) {
    for (int i = 0; i < seconds; i++) {
      now = now.plus(Duration.ofSeconds(1));
      status.delivered(events);
    }
  }
}
