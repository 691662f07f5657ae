package io.registryrouter.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({
    "0s, PT0S",
    "200ms, PT0.2S",
    "30s, PT30S",
    "30 s, PT30S",
    "5m, PT5M",
    "72h, PT72H",
    "30d, PT720H",
    "36500d, PT876000H"
  })
  void aDurationHasAUnit(String text, Duration expected) {
    assertThat(Units.duration(text)).contains(expected);
  }

  @ParameterizedTest
  @CsvSource({"PT0.2S, 200ms", "PT90S, 90s", "PT5M, 5m", "PT71H, 71h", "PT72H, 3d"})
  void aDurationIsShownInTheLargestUnitThatFits(Duration duration, String expected) {
    assertThat(Units.text(duration)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "30", "-1s", "1.5s", "1S", "s", "30s30s", "999999999999999d", "36501d", "１s"})
  void whatIsNoDurationIsNone(String text) {
    assertThat(Units.duration(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "512B, 512", "64KiB, 65536", "1MiB, 1048576", "2GiB, 2147483648"})
  void aSizeIsInBytesOrHasAUnit(String text, long expected) {
    assertThat(Units.size(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1MB", "1mib", "1.5MiB", "99999999999GiB"})
  void whatIsNoSizeIsNone(String text) {
    assertThat(Units.size(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "200ms to 30s, PT0.2S, PT30S",
    "1s  to  1s, PT1S, PT1S",
    "200ms, PT0.2S, PT30S",
    "1m, PT1M, PT1M"
  })
  void aBackoffHasAFirstAndALongestPause(String text, Duration first, Duration longest) {
    assertThat(Backoff.parse(text)).contains(new Backoff(first, longest));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2s to 1s", "1s to", "to 1s", "1s-2s", "1s to 2s to 3s"})
  void whatIsNoBackoffIsNone(String text) {
    assertThat(Backoff.parse(text)).isEmpty();
  }
}
