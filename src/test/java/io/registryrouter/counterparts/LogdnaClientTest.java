package io.registryrouter.counterparts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.Router;
import io.registryrouter.config.EventPath;
import io.registryrouter.deliver.Outcome;
import io.registryrouter.deliver.Reply;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The format logdna beside what LogDNA's own client, npm's @logdna/logger, sends of the lines. */
class LogdnaClientTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "ingestion-key";
  private static final String ENRICHMENT =
      ",\"enrichment\":{\"actionDescription\":\"Pull an image from IBM Cloud Container Registry.\","
          + "\"registryDomain\":\"us.icr.io\",\"registryRegion\":\"us-south\","
          + "\"eventsLocation\":\"Dallas (us-south)\",\"path\":\"activity-tracker\"}}";

  @TempDir private Path directory;
  private HttpStub receiver;

  @BeforeEach
  void startAReceiver() throws IOException {
    NpmPackages.need();
    receiver = HttpStub.start();
  }

  @AfterEach
  void stop() {
    if (receiver != null) {
      receiver.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void itDiffersFromTheClientOnlyWhereThereIsAReason(String compression) throws Exception {
    List<String> events =
        List.of(
            event(1, "normal", "us.icr.io/team/app:1"),
            event(2, "warning", "us.icr.io/team/\\u00e4\\\"\\\\ü🚀"),
            event(3, "critical", ""));

    sendByTheClient(events);
    sendByTheRouter(events, compression);

    assertThat(receiver.requests()).hasSize(2);
    SortedMap<String, String> theirs = fields(receiver.requests().get(0));
    SortedMap<String, String> ours = fields(receiver.requests().get(1));
    assertThat(differences(theirs, ours)).isEqualTo(justified(compression).keySet());
    assertThat(theirs)
        .containsEntry("header apikey", KEY)
        .containsEntry("query now", "<ms>")
        .containsEntry("line 1 level", "\"WARN\"");
  }

  /** Each difference, "what: theirs | ours", with the reason for ours. */
  private static Map<String, String> justified(String compression) {
    String documented = "what the ingest API documents; ls and e are the client's own short form";
    String optional = "optional; who wants it writes it into the url";
    String streamed = "streamed from the spool, so that its length is not known before it is sent";
    Map<String, String> reasons = new TreeMap<>();
    reasons.put("lines are in: ls | lines", documented);
    reasons.put("body e: \"ls\" | -", documented);
    reasons.put("query ip:  | -", optional);
    reasons.put("query mac:  | -", optional);
    reasons.put("query tags:  | -", optional);
    for (int i = 0; i < 3; i++) {
      reasons.put("line " + i + " meta: \"{}\" | -", "optional; all there is stands in the line");
    }
    reasons.put(
        "header content-type: application/json; charset=UTF-8 | application/json",
        "JSON has no charset parameter and is UTF-8 (RFC 8259, sections 8.1 and 11)");
    reasons.put("header content-length: <number> | -", streamed);
    reasons.put("header transfer-encoding: - | chunked", streamed);
    reasons.put(
        "header idempotency-key: - | <key>", "what all destinations get, to tell repetitions");
    String client = "tells the client and what it reads, not what is sent";
    reasons.put("header user-agent: @logdna/logger/# | registry-event-router", client);
    reasons.put("header accept-encoding: gzip, compress, deflate, br | identity", client);
    reasons.put("header accept: application/json, text/plain, */* | -", client);
    if (compression.equals("gzip")) {
      reasons.put(
          "header content-encoding: - | gzip", "asked for; the client has it for agents only");
    }
    return reasons;
  }

  @Test
  void everyStatusThatTheClientTriesAgainIsTriedAgain() throws IOException {
    Matcher set =
        Pattern.compile("ERROR_CODES_TO_RETRY = new Set\\(\\[(.*?)\\]\\)", Pattern.DOTALL)
            .matcher(NpmPackages.source("@logdna/logger/lib/logger.js"));
    assertThat(set.find()).isTrue();
    List<Integer> statuses =
        Pattern.compile("\\b\\d{3}\\b")
            .matcher(set.group(1))
            .results()
            .map(code -> Integer.valueOf(code.group()))
            .toList();

    assertThat(statuses)
        .contains(500, 521, 522, 524)
        .allSatisfy(
            status -> {
              assertThat(Reply.classify(status, null, "", Instant.EPOCH))
                  .isInstanceOf(Outcome.Retry.class);
              assertThat(Reply.classifyLine(status)).isInstanceOf(Outcome.Retry.class);
            });
  }

  private static String event(int id, String severity, String target) {
    // The client takes no time that is more than a day off.
    String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    return "{\"id\":\"%d\",\"eventTime\":\"%s\",\"action\":\"container-registry.image.pull\",\"severity\":\"%s\",\"logSourceCRN\":\"crn:v1:bluemix:public:container-registry:us-south:a/1:::\",\"target\":{\"name\":\"%s\"}}"
        .formatted(id, now, severity, target);
  }

  private void sendByTheClient(List<String> events) throws IOException {
    Map<String, String> levels = Map.of("normal", "INFO", "warning", "WARN", "critical", "ERROR");
    List<Map<String, Object>> lines = new ArrayList<>();
    for (String event : events) {
      JsonNode fields = JSON.readTree(event);
      lines.add(
          Map.of(
              "line",
              event.substring(0, event.length() - 1) + ENRICHMENT,
              "app",
              "container-registry",
              "level",
              levels.get(fields.get("severity").textValue()),
              "timestamp",
              Instant.parse(fields.get("eventTime").textValue()).toEpochMilli()));
    }
    Path file = Files.write(directory.resolve("lines.json"), JSON.writeValueAsBytes(lines));
    NpmPackages.run("logdna-send.mjs", url(), KEY, file.toString());
  }

  private void sendByTheRouter(List<String> events, String compression) throws Exception {
    TestHome home =
        TestHome.in(directory.resolve("home"))
            .post("us-south", receiver)
            .set("router.destination.us-south.url", url())
            .set("router.destination.us-south.format", "logdna")
            .set("router.destination.us-south.api-key", KEY)
            .set("router.destination.us-south.compression", compression);
    Path file = Files.writeString(directory.resolve("in.ndjson"), String.join("\n", events));
    try (Router router = Router.oneShot(home.config(), Clock.systemUTC())) {
      router.route(EventPath.ACTIVITY_TRACKER, file, "in.ndjson");
      await().until(() -> router.spools().backlog() == 0);
    }
  }

  private String url() {
    return "http://127.0.0.1:" + receiver.port() + "/logs/ingest";
  }

  /** All that can be told of a request, by name. */
  private static SortedMap<String, String> fields(HttpStub.Request request) throws IOException {
    SortedMap<String, String> fields = new TreeMap<>();
    URI uri = URI.create(request.uri());
    fields.put("method", request.method());
    fields.put("path", uri.getRawPath());
    for (String parameter : uri.getRawQuery().split("&")) {
      String[] pair = parameter.split("=", 2);
      fields.put("query " + pair[0], pair[1].replaceFirst("^\\d{13}$", "<ms>"));
    }
    request.headers().forEach((name, value) -> fields.put("header " + name, shape(name, value)));
    for (Map.Entry<String, JsonNode> member : JSON.readTree(body(request)).properties()) {
      if (member.getValue().isArray()) {
        fields.put("lines are in", member.getKey());
        lines(member.getValue(), fields);
      } else {
        fields.put("body " + member.getKey(), member.getValue().toString());
      }
    }
    return fields;
  }

  /** The value, without what is different each time or with each release. */
  private static String shape(String header, String value) {
    return switch (header) {
      case "content-length" -> "<number>";
      case "idempotency-key" -> "<key>";
      case "user-agent" -> value.replaceAll("/\\d[\\w.+-]*", "/#");
      default -> value;
    };
  }

  private static void lines(JsonNode lines, SortedMap<String, String> fields) {
    for (int i = 0; i < lines.size(); i++) {
      for (Map.Entry<String, JsonNode> member : lines.get(i).properties()) {
        fields.put("line " + i + " " + member.getKey(), member.getValue().toString());
      }
    }
  }

  private static byte[] body(HttpStub.Request request) throws IOException {
    if (!request.headers().containsKey("content-encoding")) {
      return request.body();
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(request.body()))) {
      return in.readAllBytes();
    }
  }

  private static SortedSet<String> differences(
      SortedMap<String, String> theirs, SortedMap<String, String> ours) {
    SortedSet<String> names = new TreeSet<>(theirs.keySet());
    names.addAll(ours.keySet());
    SortedSet<String> differences = new TreeSet<>();
    for (String name : names) {
      String their = theirs.getOrDefault(name, "-");
      String our = ours.getOrDefault(name, "-");
      if (!their.equals(our)) {
        differences.add(name + ": " + their + " | " + our);
      }
    }
    return differences;
  }
}
