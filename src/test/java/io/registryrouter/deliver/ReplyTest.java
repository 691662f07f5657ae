package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTest {

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204})
  void successIsDelivered(int status) {
    assertThat(Reply.classify(status)).isEqualTo(new Outcome.Delivered());
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 301, 302, 304, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504, 599})
  void whatIsNotTheEventsFaultIsTriedAgain(int status) {
    assertThat(Reply.classify(status)).isEqualTo(new Outcome.Retry("HTTP status " + status));
  }
}
