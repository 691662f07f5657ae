package io.registryrouter.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          2019-09-30T23:59:59.99+0000,         2019-09-30T23:59:59.990Z
          2019-09-30T23:59:59.9+0000,          2019-09-30T23:59:59.900Z
          2019-09-30T23:59:59.999999999+0000,  2019-09-30T23:59:59.999999999Z
          2019-09-30T23:59:59+0000,            2019-09-30T23:59:59Z
          2019-09-30T23:59+0000,               2019-09-30T23:59:00Z
          2019-09-30T23:59:59.99Z,             2019-09-30T23:59:59.990Z
          2019-09-30T23:59:59Z,                2019-09-30T23:59:59Z
          2019-09-30T23:59:59.99+00:00,        2019-09-30T23:59:59.990Z
          2019-09-30T23:59:59.99-00:00,        2019-09-30T23:59:59.990Z
          2019-10-01T01:30:00.00+0200,         2019-09-30T23:30:00Z
          2019-10-01T01:30:00.00+02:00,        2019-09-30T23:30:00Z
          2019-10-01T01:30:00.00+02,           2019-09-30T23:30:00Z
          2019-09-30T18:30:00.00-0530,         2019-10-01T00:00:00Z
          2021-1-17T04:43:38.59+0000,          2021-01-17T04:43:38.590Z
          2021-11-7T4:43:38.59+0000,           2021-11-07T04:43:38.590Z
          2019-09-30t23:59:59z,                2019-09-30T23:59:59Z
          2020-02-29T00:00:00Z,                2020-02-29T00:00:00Z
          """)
  void everyFormThatOccursIsRead(String text, String expected) {
    assertThat(EventTime.parse(text)).contains(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "yesterday",
        "2019-09-30",
        "2019-09-30T23:59:59.99",
        "2019-09-30 23:59:59.99+0000",
        "2019-02-30T00:00:00Z",
        "2019-02-29T00:00:00Z",
        "2019-13-01T00:00:00Z",
        "2019-00-01T00:00:00Z",
        "2019-09-31T00:00:00Z",
        "2019-09-30T24:00:00Z",
        "2019-09-30T23:60:00Z",
        "2019-09-30T23:59:60Z",
        "2019-09-30T23:59:59ZZ",
        "2019-09-30T23:59:59.1234567890Z",
        "2019-09-30T23:59:59.Z",
        "2019-09-30T23:59:59,5Z",
        "2019-09-30T23:59:59Z ",
        " 2019-09-30T23:59:59Z",
        "19-09-30T23:59:59Z",
        "12019-09-30T23:59:59Z",
        "-2019-09-30T23:59:59Z",
        "2019-009-30T23:59:59Z",
        "2019-09-30T23:59:59+19:00",
        "2019-09-30T23:59:59+0060",
        "2019-09-30T23:59:59 +0000",
        "2019-09-30T23:59:59Europe/Berlin",
        "1569887999",
        "２０１９-09-30T23:59:59Z"
      })
  void whatIsNoTimeWithAnOffsetIsNone(String text) {
    assertThat(EventTime.parse(text)).isEmpty();
  }

  @Test
  void aMissingTimeIsNone() {
    assertThat(EventTime.parse(null)).isEmpty();
  }
}
