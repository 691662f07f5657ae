package io.registryrouter.enrich;

import static io.registryrouter.enrich.AccessTrail.Decision.INVALID_EVENT_TIME;
import static io.registryrouter.enrich.AccessTrail.Decision.MOVED_TO_ACTIVITY_TRACKER;
import static io.registryrouter.enrich.AccessTrail.Decision.OPEN;
import static io.registryrouter.enrich.AccessTrail.Decision.RETIRED;
import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.AccessTrailSettings;
import io.registryrouter.config.AccessTrailSettings.AfterCutoff;
import io.registryrouter.config.AccessTrailSettings.Basis;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTrailTest {

  private static AccessTrail.Decision decide(
      Basis basis, AfterCutoff after, String now, String eventTime) {
    AccessTrailSettings settings =
        new AccessTrailSettings(LocalDate.parse("2019-09-30"), basis, after);
    Clock clock = Clock.fixed(Instant.parse(now), ZoneOffset.UTC);
    return new AccessTrail(settings, clock).decide(eventTime);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          2019-05-09T00:00:00.00+0000,     OPEN
          2019-09-30T00:00:00.00+0000,     OPEN
          2019-09-30T23:59:59.999999999Z,  OPEN
          2019-10-01T01:30:00.00+0200,     OPEN
          2019-10-01T00:00:00.00+0000,     RETIRED
          2019-09-30T22:30:00.00-0200,     RETIRED
          2026-01-01T00:00:00Z,            RETIRED
          yesterday,                       INVALID_EVENT_TIME
          2019-09-30T12:00:00,             INVALID_EVENT_TIME
          ,                                INVALID_EVENT_TIME
          """)
  void theEventsOwnTimeDecidesHoweverLateItComes(String time, AccessTrail.Decision expected) {
    assertThat(decide(Basis.EVENT_TIME, AfterCutoff.DEAD_LETTER, "2026-01-01T00:00:00Z", time))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"2019-09-30T23:59:59.999999999Z, OPEN", "2019-10-01T00:00:00Z, RETIRED"})
  void theClockDecidesWhenItShallWhateverTheEventSays(String now, AccessTrail.Decision expected) {
    for (String time : new String[] {"2019-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "x", null}) {
      assertThat(decide(Basis.ARRIVAL_TIME, AfterCutoff.DEAD_LETTER, now, time))
          .isEqualTo(expected);
    }
  }

  @Test
  void afterTheCutoffEventsMayMove() {
    AfterCutoff move = AfterCutoff.ACTIVITY_TRACKER;
    String now = "2026-01-01T00:00:00Z";

    assertThat(decide(Basis.EVENT_TIME, move, now, "2019-10-01T00:00:00Z"))
        .isEqualTo(MOVED_TO_ACTIVITY_TRACKER);
    assertThat(decide(Basis.EVENT_TIME, move, now, "2019-09-30T00:00:00Z")).isEqualTo(OPEN);
    assertThat(decide(Basis.EVENT_TIME, move, now, null)).isEqualTo(INVALID_EVENT_TIME);
    assertThat(decide(Basis.EVENT_TIME, AfterCutoff.DEAD_LETTER, now, "2019-10-01T00:00:00Z"))
        .isEqualTo(RETIRED);
  }
}
