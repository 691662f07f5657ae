package io.registryrouter.intake.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients are told, and how often they were refused. Thread-safe. */
final class HttpAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(HttpAnswers.class);
  private static final String RETRY_AFTER_SECONDS = "1";

  /** What a request may be refused with: counted from the start, so that the first one is seen. */
  private static final List<Integer> REFUSALS =
      List.of(400, 401, 404, 405, 408, 413, 414, 415, 429, 431, 500, 501, 503);

  private final MeterRegistry meters;

  HttpAnswers(MeterRegistry meters) {
    this.meters = meters;
    REFUSALS.forEach(this::refusals);
  }

  private Counter refusals(int status) {
    return Counter.builder("router.http.refusals")
        .description("Requests that the door has refused, nothing of which is kept")
        .tag("status", String.valueOf(status))
        .register(meters);
  }

  /**
   * @param ignored empty where nothing is ever ignored
   */
  static String taken(int accepted, int deadLettered, OptionalInt ignored) {
    return "{\"accepted\":"
        + accepted
        + ",\"deadLettered\":"
        + deadLettered
        + (ignored.isPresent() ? ",\"ignored\":" + ignored.getAsInt() : "")
        + "}";
  }

  /** Whether the client waits to be told that its body is wanted. */
  static boolean isContinueExpected(HttpServerRequest request) {
    return "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
  }

  /** Answers with the problem (RFC 9457); on the context of the request. */
  void refuse(HttpServerRequest request, HttpProblem problem) {
    refuse(request, problem, false);
  }

  /** The same, and closes the connection. */
  void refuseAndClose(HttpServerRequest request, HttpProblem problem) {
    refuse(request, problem, true);
  }

  private void refuse(HttpServerRequest request, HttpProblem problem, boolean close) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    LOG.atDebug()
        .addKeyValue("status", problem.status())
        .addKeyValue("detail", problem.getMessage())
        .addKeyValue("peer", request.remoteAddress())
        .log("a request was refused");
    refusals(problem.status()).increment();
    response.setStatusCode(problem.status());
    String body = problem(problem, response.getStatusMessage());
    addHeaders(response, problem.status());
    if (close) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    response
        .end(body)
        .onComplete(
            sent -> {
              if (close) {
                request.connection().close();
              }
            });
  }

  private static void addHeaders(HttpServerResponse response, int status) {
    response.putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json");
    switch (status) {
      case 401 -> response.putHeader("WWW-Authenticate", "Bearer");
      case 405 -> response.putHeader(HttpHeaders.ALLOW, "POST");
      case 429, 503 -> response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
      default -> {}
    }
  }

  /** RFC 9457. */
  static String problem(HttpProblem problem, String title) {
    return String.format(
        Locale.ROOT,
        "{\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}",
        title,
        problem.status(),
        new String(JsonStringEncoder.getInstance().quoteAsString(problem.getMessage())));
  }
}
