package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.EventPath;
import io.registryrouter.observe.Status;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a delivery of one's own does besides sending the events, without asking {@code check}. */
@Timeout(60)
class StrayAnswersTest {

  private static final String TEMPLATE = "routes/templates/destination.camel.yaml";
  private static final String REPLY = "                  - process: { ref: reply }      #";
  private static final String NOT_SENT = "the route sent something else than the events: ";

  @TempDir Path directory;
  private TestHome home;

  @BeforeEach
  void copyWhatShips() throws IOException {
    home = TestHome.in(directory);
  }

  private void deliver() throws Exception {
    Path file = Files.writeString(directory.resolve("a.ndjson"), Events.pull("us.icr.io", 1));
    try (Router router = Router.oneShot(home.config(), Clock.systemUTC())) {
      router.route(EventPath.ACTIVITY_TRACKER, file, "a.ndjson");
      assertThat(router.drain(Duration.ofSeconds(20))).isTrue();
    }
  }

  /** Camel's own choice for an address with a query is GET, which has no body. */
  @Test
  void aDeliveryThatNamesNoMethodPosts() throws Exception {
    home.edit(TEMPLATE, "                        httpMethod: POST\n", "");
    try (HttpStub stub = HttpStub.start()) {
      home.post("us-south", stub).set("router.destination.us-south.url", stub.url() + "?tenant=7");

      deliver();

      assertThat(stub.requests()).hasSize(1);
      assertThat(stub.lines().stream().map(Events::id)).containsExactly("1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "httpMethod: POST | httpMethod: GET | 200 | 0",
        "httpMethod: POST | httpMethod: OPTIONS | 200 | 0",
        "- to:\\n | - setBody: { constant: hi }\\n                  - to:\\n | 200 | 0",
        "- to:\\n | - convertBodyTo: { type: String }\\n                  - to:\\n | 200 | 0",
        "'httpClientConfigurer: \"#httpClient-{{destination}}\"' | followRedirects: true | 302 | 0",
        "- process: { ref: reply }"
            + " | - setHeader: { name: CamelHttpResponseCode, constant: 200 }\\n"
            + "                  - process: { ref: reply } | 503 | 503",
      })
  void anAnswerToSomethingElseDeliversNothing(String text, String edit, int status, int answered)
      throws Exception {
    String before = text.replace("\\n", "\n");
    String after = edit.replace("\\n", "\n");
    home.edit(TEMPLATE, before, after);
    try (HttpStub stub = HttpStub.start().answer(status)) {
      assertThat(whyNotDelivered(stub))
          .startsWith(
              answered == 0
                  ? NOT_SENT
                  : "the events were answered "
                      + answered
                      + ", and something else that the route does 200: ");
    }
  }

  @Test
  void eventsThatHaveLostTheirAddressAreNotSent() throws Exception {
    home.edit(
        TEMPLATE, "- to:\n", "- removeHeaders: { pattern: \"*\" }\n                  - to:\n");
    try (HttpStub stub = HttpStub.start()) {
      assertThat(whyNotDelivered(stub))
          .isEqualTo(
              "the route sends its events to http://us-south:80, not to "
                  + stub.url().replaceAll("(//[^/]*).*", "$1")
                  + ": nothing between `request` and `to: http:…` removes or replaces the header"
                  + " CamelHttpUri, or all headers");
    }
  }

  /** What is said of an event that stays in the spool, for an operator to act. */
  private String whyNotDelivered(HttpStub stub) throws Exception {
    home.post("us-south", stub).set("router.destination.us-south.backoff", "10s to 10s");
    Path file = Files.writeString(directory.resolve("a.ndjson"), Events.pull("us.icr.io", 1));
    try (Router router = Router.oneShot(home.config(), Clock.systemUTC())) {
      router.route(EventPath.ACTIVITY_TRACKER, file, "a.ndjson");

      await().until(() -> destination(router).lastError() != null);

      assertThat(destination(router).lastError().operator()).isTrue();
      assertThat(destination(router).backlog()).isEqualTo(1);
      assertThat(router.status().balance().delivered()).isZero();
      return destination(router).lastError().why();
    }
  }

  private static Status.Destination destination(Router router) {
    return router.status().destinations().stream()
        .filter(each -> each.name().equals("us-south"))
        .findFirst()
        .orElseThrow();
  }

  /** What the second sends is nothing, for the first has put its answer there. */
  @Test
  void theAnswerToASecondRequestDoesNotCountForTheFirst() throws Exception {
    String second =
        """
                          - setBody: { constant: "" }
                          - to:
                              uri: http:{{destination}}
                              parameters:
                                httpMethod: POST
                                throwExceptionOnFailure: false
                                httpClientConfigurer: "#httpClient-{{destination}}"
        """;
    home.edit(TEMPLATE, REPLY, second + REPLY);
    try (HttpStub stub = HttpStub.start().answer(503, 200)) {
      assertThat(whyNotDelivered(stub))
          .isEqualTo(
              "the events were answered 503, and something else that the route does 200: between"
                  + " `request` and `reply` stands one `to: http:…`");
    }
  }
}
