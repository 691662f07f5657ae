package io.registryrouter.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.registryrouter.config.EventPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {

  private static final Source SOURCE = new Source(Source.Kind.HTTP, "192.0.2.1");
  private static final int MAX_EVENT = 50;

  @ParameterizedTest
  @CsvSource({
    "application/json, DETECT",
    "application/x-ndjson, LINES",
    "application/json; charset=utf-8, DETECT",
    "' Application/JSON ;charset=UTF-8', DETECT",
    "APPLICATION/X-NDJSON, LINES"
  })
  void mediaTypesSayHowEventsFollowOneAnother(String contentType, Framing framing)
      throws HttpProblem {
    assertThat(RequestBody.framing(contentType)).isEqualTo(framing);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
        "application/jsonp",
        "application"
      })
  void otherMediaTypesAreNotAccepted(String contentType) {
    HttpProblem problem = problem(() -> RequestBody.framing(contentType));

    assertThat(problem.status()).isEqualTo(415);
    assertThat(problem)
        .hasMessageStartingWith("Content-Type \"" + contentType + "\" is not accepted; accepted: ")
        .hasMessageContainingAll("application/json", "application/x-ndjson");
  }

  @ParameterizedTest
  @NullAndEmptySource
  void aBodyWithoutMediaTypeIsNotAccepted(String contentType) {
    HttpProblem problem = problem(() -> RequestBody.framing(contentType));

    assertThat(problem.status()).isEqualTo(415);
    assertThat(problem).hasMessageStartingWith("Content-Type \"\" is not accepted; accepted: ");
  }

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
    byte[] body = RequestBody.inflate(gzip("x".repeat(1000)), 1000);

    assertThat(body).asString().isEqualTo("x".repeat(1000));
  }

  @Test
  void aBodyThatInflatesBeyondTheLimitIsTooLarge() throws Exception {
    byte[] bomb = gzip("x".repeat(1001));

    HttpProblem problem = problem(() -> RequestBody.inflate(bomb, 1000));

    assertThat(problem.status()).isEqualTo(413);
    assertThat(problem)
        .hasMessage("the body is larger than 1000 bytes (router.http.max-body); send less at once");
  }

  @Test
  void aBodyCutOffAnywhereIsBrokenGzip() throws Exception {
    byte[] whole = gzip("{\"a\":1}\n".repeat(10));

    for (int length = 0; length < whole.length; length++) {
      byte[] torn = Arrays.copyOf(whole, length);

      HttpProblem problem = problem(() -> RequestBody.inflate(torn, 1000));

      assertThat(problem.status()).as("cut off at %d", length).isEqualTo(400);
      assertThat(problem).as("cut off at %d", length).hasMessageStartingWith("the body is gzip: ");
    }
  }

  @Test
  void everythingInABodyIsOneBatch() throws HttpProblem {
    RawBatch batch = cut(Framing.DETECT, "[{\"a\":1},{\"b\":2}]");

    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.path()).isEqualTo(EventPath.ACTIVITY_TRACKER);
    assertThat(batch.source()).isEqualTo(SOURCE);
  }

  @Test
  void nothingIsLostBehindManyTooLargeEvents() throws HttpProblem {
    String large = "{\"a\":\"" + "x".repeat(MAX_EVENT) + "\"}\n";

    RawBatch batch = cut(Framing.LINES, large.repeat(100) + "{\"b\":2}");

    assertThat(batch.deadLetters()).hasSize(100);
    assertThat(batch.size()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \r\n", "\uFEFF"})
  void aBodyWithoutTextIsEmpty(String body) {
    HttpProblem problem = problem(() -> cut(Framing.DETECT, body));

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem).hasMessage("the body is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\uFEFF [ ] "})
  void anEmptyArrayIsNoEventsAndNoMistake(String body) throws HttpProblem {
    RawBatch batch = cut(Framing.DETECT, body);

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
    HttpProblem problem = problem(() -> cut(Framing.DETECT, body));

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem).hasMessage("the body is not JSON: " + why);
  }

  @Test
  void aBodyOfCrumbsIsTooLarge() throws HttpProblem {
    assertThat(cut(Framing.LINES, "1\n".repeat(100_000)).size()).isEqualTo(100_000);

    HttpProblem problem = problem(() -> cut(Framing.LINES, "1\n".repeat(100_001)));

    assertThat(problem.status()).isEqualTo(413);
    assertThat(problem).hasMessage("the body has more than 100000 events; send fewer at once");
  }

  private static RawBatch cut(Framing framing, String body) throws HttpProblem {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return RequestBody.cut(EventPath.ACTIVITY_TRACKER, SOURCE, framing, bytes, MAX_EVENT);
  }

  private static HttpProblem problem(ThrowingCallable call) {
    return catchThrowableOfType(HttpProblem.class, call);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
