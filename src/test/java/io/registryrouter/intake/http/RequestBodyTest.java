package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.support.Events;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {

  private static final Source SOURCE = new Source(Source.Kind.HTTP, "192.0.2.1");
  private static final int MAX_EVENT = 50;

  @ParameterizedTest
  @CsvSource({
    ", false",
    "'', false",
    "identity, false",
    "gzip, true",
    "GZIP, true",
    "' x-gzip ', true"
  })
  void gzipIsTheOnlyCompression(String contentEncoding, boolean gzip) throws HttpProblem {
    assertThat(RequestBody.isGzip(contentEncoding)).isEqualTo(gzip);
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "deflate", "gzip, gzip"})
  void otherCompressionIsNotAccepted(String contentEncoding) {
    HttpProblem problem = problem(() -> RequestBody.isGzip(contentEncoding));

    assertThat(problem.status()).isEqualTo(415);
    assertThat(problem)
        .hasMessage("Content-Encoding \"" + contentEncoding + "\" is not accepted; accepted: gzip");
  }

  @Test
  void aBodyMayInflateToTheLimit() throws Exception {
    byte[] body = RequestBody.inflate(Events.gzip("x".repeat(1000)), 1000, bytes -> {});

    assertThat(body).asString().isEqualTo("x".repeat(1000));
  }

  @Test
  void aBodyThatInflatesBeyondTheLimitIsTooLarge() throws Exception {
    byte[] bomb = Events.gzip("x".repeat(1001));

    HttpProblem problem = problem(() -> RequestBody.inflate(bomb, 1000, bytes -> {}));

    assertThat(problem.status()).isEqualTo(413);
    assertThat(problem)
        .hasMessage("the body is larger than 1000 bytes (router.http.max-body); send less at once");
  }

  @Test
  void aBodyCutOffAnywhereIsBrokenGzip() throws Exception {
    byte[] whole = Events.gzip("{\"a\":1}\n".repeat(10));

    for (int length = 0; length < whole.length; length++) {
      byte[] torn = Arrays.copyOf(whole, length);

      HttpProblem problem = problem(() -> RequestBody.inflate(torn, 1000, bytes -> {}));

      assertThat(problem.status()).as("cut off at %d", length).isEqualTo(400);
      assertThat(problem).as("cut off at %d", length).hasMessageStartingWith("the body is gzip: ");
    }
  }

  @Test
  void everythingInABodyIsOneBatch() throws HttpProblem {
    RawBatch batch = cut(BodyFormat.JSON, "[{\"a\":1},{\"b\":2}]");

    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.path()).isEqualTo(EventPath.ACTIVITY_TRACKER);
    assertThat(batch.source()).isEqualTo(SOURCE);
  }

  @Test
  void nothingIsLostBehindManyTooLargeEvents() throws HttpProblem {
    String large = "{\"a\":\"" + "x".repeat(MAX_EVENT) + "\"}\n";

    RawBatch batch = cut(BodyFormat.NDJSON, large.repeat(100) + "{\"b\":2}");

    assertThat(batch.deadLetters()).hasSize(100);
    assertThat(batch.size()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \r\n", "\uFEFF"})
  void aBodyWithoutTextIsEmpty(String body) {
    HttpProblem problem = problem(() -> cut(BodyFormat.JSON, body));

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem).hasMessage("the body is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\uFEFF [ ] "})
  void anEmptyArrayIsNoEventsAndNoMistake(String body) throws HttpProblem {
    RawBatch batch = cut(BodyFormat.JSON, body);

    assertThat(batch.size()).isZero();
    assertThat(batch.deadLetters()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{}{}] | no comma between two elements of the array",
        "[{},]  | a comma before the end of the array",
        "[{}    | the array is not closed",
        "[{}]x  | more text after the array"
      })
  void ofABrokenArrayNothingIsKept(String body, String why) {
    HttpProblem problem = problem(() -> cut(BodyFormat.JSON, body));

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem).hasMessage("the body is not JSON: " + why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CLOUD_EVENT       | {}{}  | the body is not JSON: more text after the object",
        "CLOUD_EVENT       | {     | the body is not JSON: the object is not closed",
        "CLOUD_EVENT       | ''    | the body is empty",
        "CLOUD_EVENT_BATCH | {}    | the body is no JSON array; a batch of CloudEvents is one",
        "CLOUD_EVENT_BATCH | [{}   | the body is not JSON: the array is not closed",
        "CLOUD_EVENT_BATCH | ''    | the body is empty",
        "NOTIFICATIONS     | {}{}  | the body is not JSON: more text after the object",
        "NOTIFICATIONS     | {     | the body is not JSON: the object is not closed",
        "NOTIFICATIONS     | ''    | the body is empty"
      })
  void ofABrokenEnvelopeNothingIsKept(BodyFormat format, String body, String why) {
    HttpProblem problem = problem(() -> cut(format, body));

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem).hasMessage(why);
  }

  @Test
  void aBodyOfCrumbsIsTooLarge() throws HttpProblem {
    assertThat(cut(BodyFormat.NDJSON, "1\n".repeat(100_000)).size()).isEqualTo(100_000);

    HttpProblem problem = problem(() -> cut(BodyFormat.NDJSON, "1\n".repeat(100_001)));

    assertThat(problem.status()).isEqualTo(413);
    assertThat(problem).hasMessage("the body has more than 100000 events; send fewer at once");
  }

  private static RawBatch cut(BodyFormat format, String body) throws HttpProblem {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return RequestBody.cut(
        EventPath.ACTIVITY_TRACKER, SOURCE, format, bytes, MAX_EVENT, unbounded -> {});
  }

  private static HttpProblem problem(ThrowingCallable call) {
    return catchThrowableOfType(HttpProblem.class, call);
  }
}
