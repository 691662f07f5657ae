package io.registryrouter.intake;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Bodies of answers. */
final class HttpAnswers {

  private HttpAnswers() {}

  static String taken(int accepted, int deadLettered) {
    return "{\"accepted\":" + accepted + ",\"deadLettered\":" + deadLettered + "}";
  }

  static String taken(int accepted, int deadLettered, int ignored) {
    return String.format(
        "{\"accepted\":%d,\"deadLettered\":%d,\"ignored\":%d}", accepted, deadLettered, ignored);
  }

  /** RFC 9457. */
  static String problem(HttpProblem problem, String title) {
    return String.format(
        "{\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}",
        title,
        problem.status(),
        new String(JsonStringEncoder.getInstance().quoteAsString(problem.getMessage())));
  }
}
