package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.event.Reason;
import io.registryrouter.support.Events;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The running router with what comes as a registry's notification or inside a CloudEvent. */
class EnvelopesInTest {

  private static final Path RECORDED =
      Path.of("src/test/resources/notifications/registry-2.8.2-push-pull-delete.ndjson");
  private static final String NOTIFICATIONS = "application/vnd.docker.distribution.events.v1+json";
  private static final String PUSH_IN_DALLAS =
      ",\"enrichment\":{\"actionDescription\":\"Push an image to IBM Cloud Container Registry.\","
          + "\"registryDomain\":\"us.icr.io\",\"registryRegion\":\"us-south\","
          + "\"eventsLocation\":\"Dallas (us-south)\",\"path\":\"activity-tracker\"}}";

  @TempDir private Path directory;
  private TestHome home;
  private Router router;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  @AfterEach
  void stop() {
    if (router != null) {
      router.close();
    }
  }

  @Test
  void whatARealRegistryPostsArrives() throws Exception {
    List<String> posted = Files.readAllLines(RECORDED);
    List<String> answers = new ArrayList<>();
    start();

    for (String body : posted) {
      answers.add(post("/v1/notifications", NOTIFICATIONS, body));
    }

    String taken = "202 {\"accepted\":1,\"deadLettered\":0,\"ignored\":0}";
    String ignored = "202 {\"accepted\":0,\"deadLettered\":0,\"ignored\":1}";
    assertThat(answers)
        .containsExactly(ignored, ignored, taken, taken, ignored, taken, taken, taken);
    await().until(() -> home.archived("us-south").size() == 5);
    String envelope = posted.get(2);
    assertThat(home.archived("us-south").get(0))
        .isEqualTo(
            "{\"id\":\"06bfe357-53c2-4bee-aba0-31c2eb762361\","
                + "\"eventTime\":\"2026-11-22T19:38:32.738014385Z\","
                + "\"action\":\"container-registry.image.push\","
                + "\"initiator\":{\"host\":{\"address\":\"127.0.0.1:35352\"}},"
                + "\"target\":{\"name\":\"us.icr.io/team/app:1\"},"
                + "\"requestData\":{\"notification\":"
                + envelope.substring("{\"events\": [".length(), envelope.length() - 2)
                + "}"
                + PUSH_IN_DALLAS);
    await().until(() -> router.spools().backlog() == 0);
    assertThat(router.balance().received()).isEqualTo(5);
    assertThat(router.balance().delivered()).isEqualTo(5);
    assertThat(router.balance().deadLettered()).isZero();
    assertThat(home.observe("metrics"))
        .contains(
            "router_events_ignored_total 3.0",
            "router_events_received_total{path=\"activity-tracker\",source=\"http\"} 5.0");
  }

  @Test
  void ofAnEnvelopeEachNotificationFindsItsOwnDoor() throws Exception {
    String push = notification("push", "us.icr.io");
    String elsewhere = notification("push", "registry.example:5000");
    String broken = "{\"action\":\"push\"}";
    start();

    String answer =
        postGzip(
            "/v1/notifications",
            "{\"events\":["
                + String.join(",", push, "7", elsewhere, notification("mount", "x"), broken)
                + "]}");

    assertThat(answer).isEqualTo("202 {\"accepted\":1,\"deadLettered\":3,\"ignored\":1}");
    await().until(() -> home.archived("us-south").size() == 1);
    assertThat(home.deadLetters()).hasSize(3);
    assertThat(home.deadLetters().get(0))
        .startsWith(
            "{\"reason\":\"malformed\",\"detail\":\"a JSON number, not an object, among \\\"events\\\"\"")
        .endsWith(
            "\"path\":\"activity-tracker\",\"source\":{\"kind\":\"http\",\"name\":\"127.0.0.1\","
                + "\"line\":1},\"raw\":\"7\"}");
    assertThat(home.deadLetters().get(1))
        .startsWith(
            "{\"reason\":\"not-a-registry-event\",\"detail\":\"no object \\\"target\\\" in the"
                + " notification\"")
        .endsWith("\"event\":" + broken + "}");
    assertThat(home.deadLetters().get(2))
        .startsWith(
            "{\"reason\":\"unknown-domain\",\"detail\":\"target.name \\\"registry.example:5000/a/b:1\\\""
                + " names a registry that is not in config/registries.yaml\"")
        .endsWith("\"requestData\":{\"notification\":" + elsewhere + "}}}");
    assertThat(router.balance().received()).isEqualTo(4);
    assertThat(router.balance().ignored()).isEqualTo(1);
  }

  @Test
  void aRegistryOfOnesOwnIsRoutedOnceItIsConfiguredAndItsDeadLettersAreReplayed() throws Exception {
    String delete = "{\"action\":\"delete\",\"target\":{\"repository\":\"a\",\"tag\":\"1\"}}";
    start();
    post(
        "/v1/notifications",
        NOTIFICATIONS,
        envelope(notification("pull", "Registry.Example:5000")));
    post("/v1/notifications", NOTIFICATIONS, envelope(delete));
    assertThat(router.balance().deadLetteredBy(Reason.UNKNOWN_DOMAIN)).isEqualTo(2);
    assertThat(home.deadLetters().get(1))
        .contains("\"detail\":\"no field names a registry\"")
        .endsWith(
            "\"event\":{\"action\":\"container-registry.image.untag\","
                + "\"requestData\":{\"notification\":"
                + delete
                + "}}}");
    router.close();
    configureRegistryOfOnesOwn();

    Ended replay = RouterProcess.run(home, "dead-letters", "replay", "--reason", "unknown-domain");
    assertThat(replay.code()).as(replay.err()).isZero();
    start();
    post(
        "/v1/activity-tracker/events", "application/json", Events.pull("registry.example:5000", 2));

    await().until(() -> home.archived("eu-de").size() == 2);
    assertThat(home.archived("eu-de"))
        .anySatisfy(
            event ->
                assertThat(event)
                    .isEqualTo(
                        "{\"id\":\"1\",\"action\":\"container-registry.image.pull\","
                            + "\"target\":{\"name\":\"Registry.Example:5000/a/b:1\"},"
                            + "\"requestData\":{\"notification\":"
                            + notification("pull", "Registry.Example:5000")
                            + "},\"enrichment\":{\"actionDescription\":"
                            + "\"Pull an image from IBM Cloud Container Registry.\","
                            + "\"registryDomain\":\"registry.example:5000\","
                            + "\"registryRegion\":\"on-premises\","
                            + "\"eventsLocation\":\"Frankfurt (eu-de)\","
                            + "\"path\":\"activity-tracker\"}}"))
        .anySatisfy(event -> assertThat(event).startsWith("{\"id\":\"2\""));
    await().until(() -> router.balance().deadLettered() == 1); // the delete names none even now
    assertThat(router.balance().deadLetteredBy(Reason.UNKNOWN_DOMAIN)).isEqualTo(1);
  }

  private void configureRegistryOfOnesOwn() throws IOException {
    home.edit(
        "config/registries.yaml",
        "registries:\n",
        """
        registries:
          - domain: registry.example:5000
            region: on-premises
            events-location: {activity-tracker: Frankfurt (eu-de), access-trail: none}
        """);
    home.edit(
        "routes/40-route.camel.yaml",
        "- to: spool:eu-de\n",
        """
        - to: spool:eu-de
                      - simple: "${header.registryDomain} == 'registry.example:5000'"
                        steps:
                          - to: spool:eu-de
        """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        NOTIFICATIONS
            + " | {\"events\":[}   | 400 | the body is not JSON: the object is not closed",
        NOTIFICATIONS
            + " | {\"events\":[,]} | 400 | nothing in the body is a JSON object: not JSON",
        NOTIFICATIONS + " | []               | 400 | a JSON array, not an object",
        NOTIFICATIONS + " | ``               | 400 | the body is empty",
        "application/x-ndjson | {\"events\":[]} | 415 | accepted: " + NOTIFICATIONS
      })
  void whatCannotBeReadIsRefusedAndKeptNowhere(
      String contentType, String body, int status, String detail) throws Exception {
    start();

    assertThat(post("/v1/notifications", contentType, body))
        .startsWith(status + " {\"title\":")
        .contains(detail);
    assertThat(router.balance().received()).isZero();
    assertThat(home.deadLetters()).isEmpty();
  }

  @Test
  void notificationsAreTakenAsJsonToo() throws Exception {
    start();

    assertThat(post("/v1/notifications", "application/json", "{\"events\":[]}"))
        .isEqualTo("202 {\"accepted\":0,\"deadLettered\":0,\"ignored\":0}");
    assertThat(post("/v1/activity-tracker/events", NOTIFICATIONS, "{\"events\":[]}"))
        .startsWith("415 ");
  }

  @Test
  void aTokenIsAskedForBeforeNotificationsAreLookedAt() throws Exception {
    home.set("router.http.token", "s3cret");
    start();

    assertThat(post("/v1/notifications", "text/plain", "{")).startsWith("401 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"activity-tracker", "access-trail"})
  void cloudEventsAreTakenInEachMode(String path) throws Exception {
    String us = path.equals("access-trail") ? "access-trail-us-south" : "us-south";
    String first = Events.pull("us.icr.io", 1).replace("\"id\"", " \"n\" : 1.50,\"id\"");
    String base64 =
        Base64.getEncoder()
            .encodeToString(Events.pull("us.icr.io", 2).getBytes(StandardCharsets.UTF_8));
    String url = "/v1/" + path + "/events";
    start();

    String structured =
        post(url, "application/cloudevents+json; charset=utf-8", cloudEvent("\"data\":" + first));
    String batch =
        post(
            url,
            "application/cloudevents-batch+json",
            "["
                + String.join(
                    ",",
                    cloudEvent("\"data_base64\":\"" + base64 + "\""),
                    cloudEvent("\"data\":" + Events.pull("us.icr.io", 3)))
                + "]");
    HttpResponse<String> binary =
        home.send(
            url,
            Events.pull("us.icr.io", 4),
            "Content-Type",
            "application/json",
            "ce-specversion",
            "1.0",
            "ce-type",
            "container-registry.image.push",
            "ce-source",
            "de.icr.io",
            "ce-id",
            "9");

    assertThat(structured).isEqualTo("202 {\"accepted\":1,\"deadLettered\":0}");
    assertThat(batch).isEqualTo("202 {\"accepted\":2,\"deadLettered\":0}");
    assertThat(binary.body()).isEqualTo("{\"accepted\":1,\"deadLettered\":0}");
    await().until(() -> home.archived(us).size() == 4);
    assertThat(home.archived(us).get(0))
        .startsWith(first.substring(0, first.length() - 1) + ",\"enrichment\":");
    assertThat(home.archived(us).stream().map(Events::id)).containsExactly("1", "2", "3", "4");
    assertThat(home.archived(us)).allMatch(event -> event.contains("Pull an image"));
    assertThat(home.deadLetters()).isEmpty();
  }

  @Test
  void aCloudEventWithoutAnEventIsADeadLetterAndOneThatIsNoJsonIsRefused() throws Exception {
    String without = cloudEvent("\"data\":\"x\"");
    start();

    String answer = post("/v1/activity-tracker/events", "application/cloudevents+json", without);
    String refused =
        post("/v1/activity-tracker/events", "application/cloudevents+json", "{\"data\":}");

    assertThat(answer).isEqualTo("202 {\"accepted\":0,\"deadLettered\":1}");
    assertThat(refused)
        .startsWith("400 ")
        .contains("nothing in the body is a JSON object: not JSON");
    assertThat(home.deadLetters()).hasSize(1);
    assertThat(home.deadLetters().get(0))
        .startsWith(
            "{\"reason\":\"malformed\",\"detail\":\"a CloudEvent with \\\"data\\\" is a JSON string,"
                + " not an object\"")
        .endsWith("\"event\":" + without + "}");
  }

  private static String cloudEvent(String data) {
    return "{\"specversion\":\"1.0\",\"id\":\"a\",\"type\":\"t\",\"source\":\"de.icr.io\","
        + data
        + "}";
  }

  private static String notification(String action, String host) {
    return String.format(
        "{\"id\":\"1\",\"action\":\"%s\",\"target\":{\"mediaType\":"
            + "\"application/vnd.oci.image.index.v1+json\",\"repository\":\"a/b\",\"tag\":\"1\"},"
            + "\"request\":{\"host\":\"%s\"}}",
        action, host);
  }

  private static String envelope(String notification) {
    return "{\"events\":[" + notification + "]}";
  }

  private void start() throws IOException {
    router = Router.daemon(home.config(), Clock.systemUTC());
  }

  private String post(String path, String contentType, String body) throws Exception {
    return said(home.send(path, body, "Content-Type", contentType));
  }

  private String postGzip(String path, String body) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(body.getBytes(StandardCharsets.UTF_8));
    }
    return said(
        home.send(
            path, bytes.toByteArray(), "Content-Type", NOTIFICATIONS, "Content-Encoding", "gzip"));
  }

  private static String said(HttpResponse<String> answer) {
    return answer.statusCode() + " " + answer.body();
  }
}
