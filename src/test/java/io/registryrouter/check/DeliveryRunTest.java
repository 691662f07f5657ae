package io.registryrouter.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries whose mistakes no look at one step finds. */
class DeliveryRunTest {

  private static final String TEMPLATE = "routes/templates/destination.camel.yaml";
  private static final String INDENT = "                  ";

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void deliverOneByHttp() throws IOException {
    home =
        TestHome.in(directory)
            .set("router.destination.us-south.type", "http")
            .set("router.destination.us-south.url", "http://logs.example:8088/us?tenant=7");
  }

  private List<String> problems() {
    return Check.run(directory, Map.of(), home.settings(), Clock.systemUTC()).problems().stream()
        .map(ConfigProblem::toString)
        .toList();
  }

  private void write(String routes) throws IOException {
    Files.writeString(directory.resolve("routes/99-own.camel.yaml"), routes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setBody: { simple: \"delivered ${date:now:yyyy}\" } | 30 | a body of type String",
        "pollEnrich: { constant: \"file:/no/such\" } | 30 | no body",
        "filter: { simple: \"${body} != null\", steps: [ { setBody: { constant: ok } } ] }"
            + " | 30 | a body of type String",
      })
  void aDeliveryEndsWithItsOutcome(String step, int line, String body) throws IOException {
    home.edit(
        TEMPLATE,
        "process: { ref: reply }      # status to outcome\n",
        "process: { ref: reply }\n" + INDENT + "- " + step + "\n");

    assertThat(problems())
        .containsExactly(
            TEMPLATE
                + ":"
                + line
                + ": us-south: ends the delivery with "
                + body
                + " and not with what became of the events, so that they would be sent again and"
                + " again; it ends with `archive` or `reply`, and nothing behind these changes the"
                + " body, as in routes/templates/destination.camel.yaml");
  }

  @Test
  void soItDoesBehindADirectRoute() throws IOException {
    home.edit(
        TEMPLATE,
        "process: { ref: reply }      # status to outcome\n",
        "process: { ref: reply }\n" + INDENT + "- to: direct:notify\n");
    write(
        """
        - route:
            id: notify
            from:
              uri: direct:notify
              steps:
                - setBody: { constant: delivered }
                - to: log:notified
        """);

    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("routes/99-own.camel.yaml:7: us-south: ends the delivery with a body of type");
  }

  @Test
  void alsoWhenItsDestinationRefusesThem() throws IOException {
    home.edit(
        TEMPLATE,
        "process: { ref: reply }      # status to outcome\n",
        "process: { ref: reply }\n"
            + INDENT
            + "- filter: { simple: \"${header.CamelHttpResponseCode} == 503\","
            + " steps: [ { setBody: { constant: down } } ] }\n");

    assertThat(problems())
        .containsExactly(
            TEMPLATE
                + ":30: us-south: ends the delivery with a body of type String and not with what"
                + " became of the events, so that they would be sent again and again; it ends with"
                + " `archive` or `reply`, and nothing behind these changes the body, as in"
                + " routes/templates/destination.camel.yaml, when it answers with status 503");
  }

  @Test
  void theyAreSentToTheirDestination() throws IOException {
    home.edit(
        TEMPLATE, "- to:\n", "- removeHeaders: { pattern: \"CamelHttp*\" }\n" + INDENT + "- to:\n");

    assertThat(problems())
        .containsExactly(
            TEMPLATE
                + ":21: us-south: the route sends its events to http://us-south, not to"
                + " http://logs.example:8088: nothing between `request` and `to: http:…` removes or"
                + " replaces the header CamelHttpUri, or all headers");
  }

  @Test
  void theyAreSentByTheirDestinationsClient() throws IOException {
    home.edit(
        TEMPLATE,
        "- to:\n",
        "- enrich: { constant: \"http:us-south?httpMethod=POST\" }\n" + INDENT + "- to:\n");

    assertThat(problems())
        .singleElement()
        .asString()
        .contains(
            ": us-south: the route sent something else than the events: between `request` and");
  }

  @Test
  void theyAreSentOrArchivedOnce() throws IOException {
    home.edit(
        TEMPLATE,
        "- process: { ref: archive }",
        "- loop: { constant: \"2\", copy: true, steps: [ { process: { ref: archive } } ] }");

    assertThat(problems())
        .containsExactly(
            TEMPLATE
                + ":16: eu-de and 6 more: delivers each event several times; a delivery sends or"
                + " archives it once");
  }

  /** A log service may ask for either. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "throttle: { expression: { constant: \"1\" }, timePeriodMillis: \"3600000\" }",
        "delay: { constant: \"3600000\" }"
      })
  void aDeliveryMayTakeItsTime(String step) throws IOException {
    home.edit(
            TEMPLATE,
            "- process: { ref: request }",
            "- " + step + "\n" + INDENT + "- process: { ref: request }")
        .set("router.destination.eu-de.type", "http")
        .set("router.destination.eu-de.url", "http://logs.example:8088/eu");

    assertThat(problems()).isEmpty();
  }

  /** Its events stay in the spool then, which it may mean. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "filter: { simple: \"${date:now:yyyy} > 2000\", steps: [ { throwException: {"
            + " exceptionType: java.lang.IllegalStateException, message: closed } } ] }",
        "filter: { simple: \"${mandatoryBodyAs(String)} == 'x'\", steps: [ { log: x } ] }",
        "validate: { simple: \"${header.Server} != null\" }"
      })
  void whatADeliveryThrowsOfItsOwnAccordIsNoMistake(String step) throws IOException {
    home.edit(
        TEMPLATE,
        "- process: { ref: reply }",
        "- " + step + "\n" + INDENT + "- process: { ref: reply }");

    assertThat(problems()).isEmpty();
  }

  @Test
  void anAddressMayHaveWhatIsEncodedWhenItIsSent() throws IOException {
    home.edit(
        TEMPLATE,
        "- to:\n",
        "- setHeader: { name: CamelHttpUri, simple: \"${header.CamelHttpUri}&day=a b|c\" }\n"
            + INDENT
            + "- to:\n");

    assertThat(problems()).isEmpty();
  }

  /** What they do is not known, and they may send. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "process: { ref: sender }",
        "to: bean:sender",
        "setHeader: { name: a, method: { ref: sender } }",
        "setHeader: { name: a, simple: \"${bean:sender?method=name}\" }"
      })
  void aDeliveryByABeanOfItsUsersOwnIsLeftAlone(String step) throws IOException {
    write(
        """
        - beans:
            - name: sender
              type: io.registryrouter.check.DeliveryRunTest$Sender
        """);
    home.edit(
        TEMPLATE,
        "- process: { ref: archive }    # NDJSON",
        "- " + step + "\n" + INDENT + "- process: { ref: archive }    # NDJSON");
    Sender.used = false;

    assertThat(problems()).isEmpty();
    assertThat(Sender.used).isFalse();
  }

  /** A bean of a route. */
  public static final class Sender implements Processor {

    private static boolean used;

    @Override
    public void process(Exchange exchange) {
      used = true;
    }

    /** What an expression calls. */
    public String name() {
      used = true;
      return "";
    }
  }
}
