package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.config.EventPath;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives at a destination of each format, sent by the running router. */
class OutFormatsTest {

  private static final String OWN = "router.destination.us-south.";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENRICHED =
      Events.pull("us.icr.io", 1).replaceFirst("}$", "")
          + ",\"enrichment\":{\"actionDescription\":\"Pull an image from IBM Cloud Container"
          + " Registry.\",\"registryDomain\":\"us.icr.io\",\"registryRegion\":\"us-south\","
          + "\"eventsLocation\":\"Dallas (us-south)\",\"path\":\"activity-tracker\"}}";

  @TempDir private Path directory;
  private TestHome home;
  private HttpStub stub;
  private Router router;

  @BeforeEach
  void listen() throws IOException {
    home = TestHome.in(directory);
    stub = HttpStub.start();
    home.post("us-south", stub);
  }

  @AfterEach
  void stop() {
    router.close();
    stub.close();
  }

  private void route(String... events) throws IOException {
    Path file = Files.writeString(directory.resolve("in.ndjson"), String.join("\n", events));
    router = Router.oneShot(home.config(), Clock.systemUTC());
    router.route(EventPath.ACTIVITY_TRACKER, file, "in.ndjson");
    await().until(() -> router.spools().backlog() == 0);
  }

  private void format(String format) {
    home.set(OWN + "format", format);
  }

  private Map<String, String> headers(int request) {
    return stub.requests().get(request).headers();
  }

  private String body(int request) throws IOException {
    byte[] body = stub.requests().get(request).body();
    if (!"gzip".equals(headers(request).get("content-encoding"))) {
      return new String(body, StandardCharsets.UTF_8);
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void logdna(String compression) throws Exception {
    format("logdna");
    home.set(OWN + "compression", compression).set(OWN + "user", "ingestion-key");

    route(Events.pull("us.icr.io", 1));

    assertThat(stub.requests().get(0).uri())
        .matches("/events\\?tenant=7&now=\\d{13}&hostname=[^&]+");
    assertThat(headers(0))
        .containsEntry("authorization", "Basic aW5nZXN0aW9uLWtleTo=")
        .containsEntry("content-type", "application/json");
    JsonNode line = JSON.readTree(body(0)).at("/lines/0");
    assertThat(line.get("line").textValue()).isEqualTo(ENRICHED);
    assertThat(line.get("timestamp").longValue()).isEqualTo(1565870400000L);
    assertThat(line.get("app").textValue()).isEqualTo("container-registry");
    assertThat(line.get("level").textValue()).isEqualTo("INFO");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void cloudLogs(String compression) throws Exception {
    format("cloud-logs");
    home.set(OWN + "compression", compression).set(OWN + "token", "t");

    route(Events.pull("us.icr.io", 1));

    assertThat(headers(0))
        .containsEntry("authorization", "Bearer t")
        .containsEntry("content-type", "application/json");
    assertThat(body(0))
        .isEqualTo(
            "[{\"applicationName\":\"registry-event-router\",\"subsystemName\":\"us.icr.io\","
                + "\"severity\":3,\"timestamp\":1565870400000,\"text\":"
                + ENRICHED
                + "}]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void cloudEventsInABatch(String compression) throws Exception {
    format("cloudevents");
    home.set(OWN + "compression", compression);

    route(Events.pull("us.icr.io", 1), Events.pull("us.icr.io", 2));

    assertThat(headers(0)).containsEntry("content-type", "application/cloudevents-batch+json");
    assertThat(JSON.readTree(body(0))).hasSize(2);
    assertThat(body(0)).startsWith("[" + cloudEvent() + ",");
  }

  private static String cloudEvent() {
    return "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"us.icr.io\","
        + "\"type\":\"container-registry.image.pull\",\"subject\":\"us.icr.io/team/app:1\","
        + "\"time\":\"2019-08-15T12:00:00Z\",\"datacontenttype\":\"application/json\",\"data\":"
        + ENRICHED
        + "}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void cloudEventsInStructuredMode(String compression) throws Exception {
    format("cloudevents-structured");
    home.set(OWN + "compression", compression);

    route(Events.pull("us.icr.io", 1), Events.pull("us.icr.io", 2));

    assertThat(stub.requests()).hasSize(2);
    assertThat(headers(0)).containsEntry("content-type", "application/cloudevents+json");
    assertThat(body(0)).isEqualTo(cloudEvent());
    assertThat(body(1)).contains("\"id\":\"2\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void cloudEventsInBinaryMode(String compression) throws Exception {
    format("cloudevents-binary");
    home.set(OWN + "compression", compression);

    route(
        Events.pull("us.icr.io", 1),
        Events.pull("us.icr.io", "zwei ü"),
        Events.pull("us.icr.io", "drei\\r\\nX-Evil: 1"));

    assertThat(stub.requests()).hasSize(3);
    assertThat(headers(0))
        .containsEntry("content-type", "application/json")
        .containsEntry("ce-specversion", "1.0")
        .containsEntry("ce-id", "1")
        .containsEntry("ce-source", "us.icr.io")
        .containsEntry("ce-type", "container-registry.image.pull")
        .containsEntry("ce-subject", "us.icr.io/team/app:1")
        .containsEntry("ce-time", "2019-08-15T12:00:00Z");
    assertThat(body(0)).isEqualTo(ENRICHED);
    assertThat(headers(1)).containsEntry("ce-id", "zwei%20%C3%BC");
    assertThat(headers(2))
        .containsEntry("ce-id", DigestUtils.sha256Hex(body(2)))
        .doesNotContainKey("x-evil");
  }

  @Test
  void jsonCompressed() throws Exception {
    format("json");
    home.set(OWN + "compression", "gzip");

    route(Events.pull("us.icr.io", 1));

    assertThat(body(0)).isEqualTo("[" + ENRICHED + "]");
  }

  @Test
  void ndjsonSaysItsLength() throws Exception {
    route(Events.pull("us.icr.io", 1));

    assertThat(body(0)).isEqualTo(ENRICHED + "\n");
    assertThat(headers(0))
        .containsEntry("content-length", String.valueOf(ENRICHED.length() + 1))
        .doesNotContainKey("transfer-encoding");
  }

  @Test
  void whatALogdnaAnswerSaysWasNotStoredIsSentAgainAlone() throws Exception {
    format("logdna");
    stub.answer(207, "{\"status\":[200,500,400,200]}").answer(207, "{\"status\":[200]}");

    route(
        Events.pull("us.icr.io", 1),
        Events.pull("us.icr.io", 2),
        Events.pull("us.icr.io", 3),
        Events.pull("us.icr.io", 4));

    assertThat(stub.requests()).hasSize(2);
    assertThat(ids(0)).containsExactly("1", "2", "3", "4");
    assertThat(ids(1)).containsExactly("2");
    assertThat(headers(0).get("idempotency-key")).isNotEqualTo(headers(1).get("idempotency-key"));
    assertThat(home.deadLetters()).hasSize(1);
    assertThat(home.deadLetters().get(0))
        .contains(
            "\"reason\":\"rejected\",\"detail\":\"us-south refused it with HTTP status 400\"",
            "\"destination\":\"us-south\",\"status\":400")
        .endsWith("\"event\":" + Events.pull("us.icr.io", 3) + "}");
    assertThat(router.balance().delivered("us-south")).isEqualTo(3);
  }

  @Test
  void aShortOrUnreadableLogdnaAnswerRepeatsTheWholeRequest() throws Exception {
    format("logdna");
    stub.answer(207, "{\"status\":[200]}").answer(207, "stored").answer(200, "{\"status\":\"ok\"}");

    route(Events.pull("us.icr.io", 1), Events.pull("us.icr.io", 2));

    assertThat(stub.requests()).hasSize(3);
    assertThat(stub.requests().stream().map(r -> r.headers().get("idempotency-key")).distinct())
        .hasSize(1);
    assertThat(ids(2)).containsExactly("1", "2");
  }

  private List<String> ids(int request) throws IOException {
    return JSON.readTree(body(request)).get("lines").findValuesAsText("line").stream()
        .map(Events::id)
        .toList();
  }
}
