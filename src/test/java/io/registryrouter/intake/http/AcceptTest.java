package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptTest {

  @ParameterizedTest
  @CsvSource({
    "application/json, JSON",
    "application/x-ndjson, NDJSON",
    "application/json; charset=utf-8, JSON",
    "' Application/JSON ;charset=UTF-8', JSON",
    "APPLICATION/X-NDJSON, NDJSON",
    "application/cloudevents+json, CLOUD_EVENT",
    "application/cloudevents+json; charset=utf-8, CLOUD_EVENT",
    "Application/CloudEvents-Batch+JSON, CLOUD_EVENT_BATCH"
  })
  void theMediaTypeSaysHowEventsAreCarried(String contentType, BodyFormat format)
      throws HttpProblem {
    assertThat(Accept.EVENTS.format(contentType)).isEqualTo(format);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.docker.distribution.events.v1+json",
        "application/vnd.docker.distribution.events.v2+json",
        "application/json",
        "Application/JSON;charset=utf-8"
      })
  void notificationsHaveTheirOwnType(String contentType) throws HttpProblem {
    assertThat(Accept.NOTIFICATIONS.format(contentType)).isEqualTo(BodyFormat.NOTIFICATIONS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
        "application/jsonp",
        "application",
        "application/cloudevents",
        "application/cloudevents+avro",
        "application/vnd.docker.distribution.events.v1+json"
      })
  void otherMediaTypesAreNotAccepted(String contentType) {
    assertThat(refused(Accept.EVENTS, contentType))
        .isEqualTo(
            "Content-Type \""
                + contentType
                + "\" is not accepted; accepted: application/json, application/x-ndjson,"
                + " application/cloudevents+json, application/cloudevents-batch+json");
  }

  @ParameterizedTest
  @NullAndEmptySource
  void aBodyWithoutMediaTypeIsNotAccepted(String contentType) {
    assertThat(refused(Accept.EVENTS, contentType))
        .startsWith("Content-Type \"\" is not accepted; accepted: ");
  }

  @Test
  void eventsAreNotSentWhereNotificationsAre() {
    assertThat(refused(Accept.NOTIFICATIONS, "application/x-ndjson"))
        .isEqualTo(
            "Content-Type \"application/x-ndjson\" is not accepted; accepted:"
                + " application/vnd.docker.distribution.events.v1+json,"
                + " application/vnd.docker.distribution.events.v2+json, application/json");
  }

  private static String refused(Accept accept, String contentType) {
    HttpProblem problem = catchThrowableOfType(HttpProblem.class, () -> accept.format(contentType));
    assertThat(problem.status()).isEqualTo(415);
    return problem.getMessage();
  }
}
