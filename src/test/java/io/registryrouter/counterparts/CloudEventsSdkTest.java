package io.registryrouter.counterparts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.Router;
import io.registryrouter.config.EventPath;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The CloudEvents formats, out and in, with the SDK for JavaScript, npm's cloudevents. */
class CloudEventsSdkTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENRICHMENT =
      ",\"enrichment\":{\"actionDescription\":\"%s\",\"registryDomain\":\"us.icr.io\","
          + "\"registryRegion\":\"us-south\",\"eventsLocation\":\"Dallas (us-south)\","
          + "\"path\":\"activity-tracker\"}}";
  private static final String PULL = "Pull an image from IBM Cloud Container Registry.";
  private static final String LIST = "List the namespaces in your IBM account.";

  private static final String FLAT =
      "{\"id\":\"e1\",\"eventTime\":\"2019-08-15T12:00:00.25+0000\","
          + "\"action\":\"container-registry.image.pull\",\"n\":1.5,"
          + "\"target\":{\"name\":\"us.icr.io/team/app:1\"}}";
  private static final String WRAPPED_WITHOUT_ID =
      "{\"logSourceCRN\":\"crn:v1:bluemix:public:container-registry:us-south:a/1:::\","
          + "\"payload\":{\"action\":\"container-registry.namespace.list\",\"note\":\"ü🚀\"}}";

  @TempDir private Path directory;

  @BeforeEach
  void installTheSdk() throws IOException {
    NpmPackages.need();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cloudevents", "cloudevents-structured", "cloudevents-binary"})
  void theSdkReadsWhatTheRouterSends(String format) throws Exception {
    String first = enriched(FLAT, PULL);
    String second = enriched(WRAPPED_WITHOUT_ID, LIST);
    Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    List<JsonNode> read = read(send(format, FLAT, WRAPPED_WITHOUT_ID));

    assertThat(read).hasSize(2);
    assertThat(attributes(read.get(0)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "specversion", "1.0",
                "id", "e1",
                "source", "us.icr.io",
                "type", "container-registry.image.pull",
                "subject", "us.icr.io/team/app:1",
                "time", "2019-08-15T12:00:00.250Z",
                "datacontenttype", "application/json"));
    assertThat(read.get(0).get("data")).isEqualTo(JSON.readTree(first));
    Map<String, String> attributes = attributes(read.get(1));
    assertThat(Instant.parse(attributes.remove("time"))).isBetween(before, Instant.now());
    assertThat(attributes)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "specversion", "1.0",
                "id", DigestUtils.sha256Hex(second),
                "source", "us.icr.io",
                "type", "container-registry.namespace.list",
                "datacontenttype", "application/json"));
    assertThat(read.get(1).get("data")).isEqualTo(JSON.readTree(second));
  }

  @Test
  void theRouterTakesWhatTheSdkSends() throws Exception {
    List<String> events = List.of(FLAT, FLAT.replace("e1", "e2").replace(":1\"", ":ü🚀\""));
    List<Map<String, Object>> cloudEvents = new ArrayList<>();
    for (String event : events) {
      cloudEvents.add(Map.of("source", "us.icr.io", "type", "t", "data", JSON.readTree(event)));
    }
    Path file = Files.write(directory.resolve("events.json"), JSON.writeValueAsBytes(cloudEvents));
    TestHome home = TestHome.in(directory.resolve("home"));
    String taken = "{\"accepted\":1,\"deadLettered\":0}";

    try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
      String url = "http://" + home.address("http") + "/v1/activity-tracker/events";
      String replies = NpmPackages.run("cloudevents-emit.mjs", url, file.toString());

      assertThat(JSON.readTree(replies).valueStream().map(JsonNode::textValue))
          .containsExactly(
              taken, taken, taken, taken, taken, taken, "{\"accepted\":2,\"deadLettered\":0}");
      await().until(() -> router.spools().backlog() == 0);
    }
    String first = enriched(events.get(0), PULL);
    String second = enriched(events.get(1), PULL);
    assertThat(home.archived("us-south"))
        .containsExactly(first, first, first, second, second, second, first, second);
    assertThat(home.deadLetters()).isEmpty();
  }

  private static String enriched(String event, String description) {
    return event.substring(0, event.length() - 1) + ENRICHMENT.formatted(description);
  }

  private List<HttpStub.Request> send(String format, String... events) throws Exception {
    try (HttpStub stub = HttpStub.start()) {
      TestHome home =
          TestHome.in(directory.resolve("home"))
              .post("us-south", stub)
              .set("router.destination.us-south.format", format);
      Path file = Files.writeString(directory.resolve("in.ndjson"), String.join("\n", events));
      try (Router router = Router.oneShot(home.config(), Clock.systemUTC())) {
        router.route(EventPath.ACTIVITY_TRACKER, file, "in.ndjson");
        await().until(() -> router.spools().backlog() == 0);
      }
      return stub.requests();
    }
  }

  /** The events of all requests, read and validated by the SDK. */
  private List<JsonNode> read(List<HttpStub.Request> requests) throws IOException {
    List<Map<String, Object>> messages = new ArrayList<>();
    for (HttpStub.Request request : requests) {
      messages.add(Map.of("headers", request.headers(), "body", request.text()));
    }
    Path file = Files.write(directory.resolve("messages.json"), JSON.writeValueAsBytes(messages));
    List<JsonNode> read = new ArrayList<>();
    for (JsonNode message :
        JSON.readTree(NpmPackages.run("cloudevents-parse.mjs", file.toString()))) {
      message.forEach(read::add);
    }
    return read;
  }

  private static Map<String, String> attributes(JsonNode event) {
    Map<String, String> attributes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : event.properties()) {
      if (!member.getKey().equals("data")) {
        attributes.put(member.getKey(), member.getValue().asText());
      }
    }
    return attributes;
  }
}
