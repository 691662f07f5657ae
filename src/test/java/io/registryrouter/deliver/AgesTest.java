package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.support.Warnings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AgesTest {

  private static final Duration LIMIT = Duration.ofDays(3);
  private static final Instant TODAY = Instant.parse("2026-01-31T12:00:00Z");

  @RegisterExtension final Warnings warnings = new Warnings(Ages.class);
  private Instant now = Instant.EPOCH;
  private Duration passed = Duration.ZERO;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final Clock steady =
      ((InstantSource) () -> Instant.EPOCH.plus(passed)).withZone(ZoneOffset.UTC);
  private final Ages ages = new Ages(clock, steady);

  private void pass(Duration time) {
    now = now.plus(time);
    passed = passed.plus(time);
  }

  @Test
  void withoutAnybodySettingTheClockItCounts() {
    pass(LIMIT.minusMillis(1));
    assertThat(ages.hasWaited(Instant.EPOCH, LIMIT)).isFalse();
    pass(Duration.ofMillis(1));

    assertThat(ages.hasWaited(Instant.EPOCH, LIMIT)).isTrue();
    assertThat(warnings.said()).isEmpty();
  }

  @Test
  void whatCameBeforeTheClockWasSetIsNotOldByThat() {
    pass(Duration.ofSeconds(6));
    Instant came = now;
    pass(Duration.ofSeconds(10));
    now = TODAY;
    assertThat(ages.hasWaited(came, LIMIT)).isFalse();
    pass(LIMIT.minusSeconds(10).minusMillis(1));
    assertThat(ages.hasWaited(came, LIMIT)).isFalse();
    pass(Duration.ofMillis(1));

    assertThat(ages.hasWaited(came, LIMIT)).isTrue();
    assertThat(warnings.said())
        .containsExactly("from=1970-01-01T00:00:16Z to=2026-01-31T12:00:00Z");
    assertThat(warnings.words())
        .containsExactly(
            "the clock was set forward, or the machine suspended; nothing expires by that");
  }

  /** As with what waits in the spool while a machine starts that has no clock of its own. */
  @Test
  void whatCameBeforeAStartThatDidNotKnowTheTimeExpiresAfterAll() {
    pass(Duration.ofSeconds(10));
    now = TODAY;
    Instant lastMonth = TODAY.minus(Duration.ofDays(40));
    assertThat(ages.hasWaited(lastMonth, LIMIT)).isFalse();
    pass(LIMIT.minusMillis(1));
    assertThat(ages.hasWaited(lastMonth, LIMIT)).isFalse();
    pass(Duration.ofMillis(1));

    assertThat(ages.hasWaited(lastMonth, LIMIT)).isTrue();
  }

  /** The steady clock of Linux stands still meanwhile. */
  @Test
  void aMachineThatIsSuspendedAgainAndAgainExpiresWhatItTriedForSoLong() {
    for (int day = 0; day < 6; day++) {
      assertThat(ages.hasWaited(Instant.EPOCH, LIMIT)).isFalse();
      pass(Duration.ofHours(12));
      now = now.plus(Duration.ofHours(12));
    }

    assertThat(ages.hasWaited(Instant.EPOCH, LIMIT)).isTrue();
  }

  @Test
  void whatCameAfterThatWaitsAsLongAsEver() {
    now = TODAY;
    ages.hasWaited(TODAY, LIMIT);
    pass(LIMIT.minusMillis(1));
    assertThat(ages.hasWaited(TODAY, LIMIT)).isFalse();
    pass(Duration.ofMillis(1));

    assertThat(ages.hasWaited(TODAY, LIMIT)).isTrue();
  }

  @Test
  void whatIsCorrectedAgainAndAgainIsNotSet() {
    for (int day = 0; day < 3; day++) {
      pass(Duration.ofHours(24).minusSeconds(30));
      now = now.plusSeconds(30);
      ages.hasWaited(now, LIMIT);
    }

    assertThat(ages.hasWaited(Instant.EPOCH, LIMIT)).isTrue();
    assertThat(warnings.said()).isEmpty();
  }

  /** What is then in the future waits until it is not. */
  @Test
  void aClockThatIsSetBackMakesNothingOlder() {
    now = TODAY;
    ages.hasWaited(TODAY, LIMIT);
    now = Instant.EPOCH;

    assertThat(ages.hasWaited(TODAY, LIMIT)).isFalse();
  }
}
