package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 207, 299})
  void successIsDelivered(int status) {
    assertThat(classify(status, null)).isEqualTo(new Outcome.Delivered());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void whatTheContentIsAtFaultForIsRejected(int status) {
    assertThat(classify(status, null)).isEqualTo(new Outcome.Reject(status, "because"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<html> <head><title>400 No required SSL certificate was sent</title></head>"
            + " | No required SSL certificate was sent",
        "<html> <head><title>400 The SSL certificate error</title></head>"
            + " | The SSL certificate error",
        "<html> <head><title>400 The plain HTTP request was sent to HTTPS port</title></head>"
            + " | The plain HTTP request was sent to HTTPS port",
        "Client sent an HTTP request to an HTTPS server."
            + " | Client sent an HTTP request to an HTTPS server"
      })
  void aConnectionThatIsRefusedWith400IsNoFaultOfTheEvents(String response, String why) {
    assertThat(Reply.classify(400, null, response, NOW))
        .isEqualTo(new Outcome.Retry("HTTP status 400: " + why, Optional.empty(), true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "No required SSL certificate was sent",
        "bad event: <html><head><title>400 The SSL certificate error</title></head>",
        "\"Client sent an HTTP request to an HTTPS server\" is no action",
        "<html><head><title>400 Bad Request</title></head>"
      })
  void anEventThatIsEchoedCannotLookLikeThat(String response) {
    assertThat(Reply.classify(400, null, response, NOW))
        .isEqualTo(new Outcome.Reject(400, response));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 405, 411, 415})
  void anOperatorsMistakeIsTriedAgainAndSaidToBeOne(int status) {
    assertThat(classify(status, null))
        .isEqualTo(new Outcome.Retry("HTTP status " + status, Optional.empty(), true));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsNotFollowedAndSaysSo(int status) {
    assertThat(classify(status, null))
        .isEqualTo(
            new Outcome.Retry(
                "HTTP status " + status + ": a redirect, which is not followed",
                Optional.empty(),
                true));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        100, 300, 304, 305, 402, 406, 407, 408, 409, 410, 412, 414, 416, 417, 418, 421, 423, 424,
        425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 521, 522, 524, 599, 999
      })
  void anythingElseIsTriedAgain(int status) {
    assertThat(classify(status, null)).isEqualTo(new Outcome.Retry("HTTP status " + status));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | PT0S",
        "7 | PT7S",
        " 120 | PT2M",
        "86400 | PT1H",
        "1000000000 | PT1H",
        "99999999999999999999999 | PT1H",
        "Sun, 22 Nov 2026 12:00:30 GMT | PT30S",
        "Sunday, 22-Nov-26 12:00:30 GMT | PT30S",
        "Sun, 22 Nov 2026 11:00:00 GMT | PT0S",
        "Sun Nov 22 12:00:30 2026 | PT30S",
        "Sun Nov  1 12:00:30 2026 | PT0S",
        "Tue Dec  1 12:00:30 2026 | PT1H",
      })
  void retryAfterIsHonouredInAllItsForms(String value, Duration expected) {
    Outcome outcome = classify(503, value);

    assertThat(outcome)
        .isEqualTo(new Outcome.Retry("HTTP status 503", Optional.of(expected), false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1, 2] | PT2S",
        "[2, 1] | PT2S",
        "2, 1 | PT2S",
        "[soon, 3, -5] | PT3S",
        "[7, Sun, 22 Nov 2026 12:00:30 GMT] | PT30S",
        "[Sunday, 22-Nov-26 12:00:30 GMT, Sun Nov 22 12:00:40 2026, 7] | PT40S",
      })
  void ofSeveralRetryAfterTheLongestIsHonoured(String values, Duration expected) {
    Outcome outcome = classify(503, values);

    assertThat(outcome)
        .isEqualTo(new Outcome.Retry("HTTP status 503", Optional.of(expected), false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "1.5", "Sun, 40 Nov 2026 12:00:30 GMT"})
  void aRetryAfterThatMakesNoSenseIsNone(String value) {
    assertThat(classify(429, value)).isEqualTo(new Outcome.Retry("HTTP status 429"));
  }

  @Test
  void retryAfterDoesNotTurnSuccessIntoFailure() {
    assertThat(classify(200, "10")).isEqualTo(new Outcome.Delivered());
  }

  @Test
  void aLineIsStoredWithTwoHundredOnly() {
    assertThat(Reply.classifyLine(200)).isEqualTo(new Outcome.Delivered());
    assertThat(Reply.classifyLine(204)).isEqualTo(new Outcome.Retry("HTTP status 204"));
    assertThat(Reply.classifyLine(207)).isEqualTo(new Outcome.Retry("HTTP status 207"));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504, 521, 522, 524, 401, 429, 0, -1, 999})
  void aLineIsSentAgainAsARequestWouldBe(int status) {
    assertThat(Reply.classifyLine(status)).isEqualTo(classify(status, null));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void aLineIsRefusedAsARequestWouldBe(int status) {
    assertThat(Reply.classifyLine(status)).isEqualTo(new Outcome.Reject(status, ""));
  }

  @Test
  void linesThatAreAllStoredAreDelivered() {
    assertThat(lines(2, 200, 200)).isEqualTo(new Outcome.Delivered());
  }

  @Test
  void linesOfDifferentFatesAreDeliveredInPart() {
    assertThat(lines(4, 200, 521, 400, 500))
        .isEqualTo(
            new Outcome.Partly(
                List.of(200, 521, 400, 500),
                Optional.of(
                    new Outcome.Retry(
                        "HTTP status 207, 2 of 4 lines not stored: HTTP status 521",
                        Optional.of(Duration.ofSeconds(7)),
                        false))));
  }

  @Test
  void linesThatAreStoredOrRefusedNeedNoSecondRequest() {
    assertThat(lines(2, 400, 200))
        .isEqualTo(new Outcome.Partly(List.of(400, 200), Optional.empty()));
  }

  @Test
  void linesNoneOfWhichIsStoredAreTheWholeRequestAgain() {
    assertThat(lines(2, 500, 503))
        .isEqualTo(
            new Outcome.Retry(
                "HTTP status 207, 2 of 2 lines not stored: HTTP status 500",
                Optional.of(Duration.ofSeconds(7)),
                false));
  }

  @Test
  void tooFewOrTooManyOrNoCodesAreTheWholeRequestAgain() {
    assertThat(((Outcome.Retry) lines(3, 200, 200)).why())
        .isEqualTo("HTTP status 207 with 2 codes for 3 lines");
    assertThat(((Outcome.Retry) lines(1, 200, 200)).why())
        .isEqualTo("HTTP status 207 with 2 codes for 1 lines");
    assertThat(((Outcome.Retry) lines(3)).why())
        .isEqualTo("HTTP status 207 with no readable codes for 3 lines");
  }

  private static Outcome lines(int sent, Integer... codes) {
    return Reply.classifyLines(List.of(codes), sent, "7", NOW);
  }

  private static Outcome classify(int status, String retryAfter) {
    return Reply.classify(status, retryAfter, "because", NOW);
  }
}
