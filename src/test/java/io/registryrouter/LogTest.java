package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.support.Events;
import io.registryrouter.support.RawHttp;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of the real program: its format, its lines, and its levels while it runs. */
class LogTest {

  private static final String PROPERTIES = "config/application.properties";
  private static final String EVENT = Events.pull("us.icr.io", 1);

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  @Test
  void aLifeIsALineAnEventAndEachLineIsJson() throws Exception {
    home.edit(PROPERTIES, "router.log.format=text", "router.log.format=json");
    try (RouterProcess process = RouterProcess.start(home, "run")) {
      await().until(process::isReady);
      home.edit(PROPERTIES, "router.log.level=info", "router.log.level=infos");
      await().until(() -> process.said().contains("an edit was refused"));
      home.edit(PROPERTIES, "router.log.level=infos", "router.log.level=info\n");
      await().until(() -> process.said().contains("an edit took effect"));
      String door = home.address("http");
      process.terminate();
      List<JsonNode> lines = json(process.waitForEnd().err());

      assertThat(lines.stream().map(line -> line.get("message").asText()))
          .containsExactly(
              "ready",
              "an edit was refused; everything runs on as it was",
              "an edit took effect",
              "stopping",
              "stopped");
      assertThat(lines.get(0).get("level").asText()).isEqualTo("INFO");
      assertThat(lines.get(0).get("logger").asText()).isEqualTo("io.registryrouter.Router");
      assertThat(lines.get(0).get("inSpoolAtStart").isNumber()).isTrue();
      assertThat(lines.get(0).get("http").asText()).isEqualTo(door);
      assertThat(lines.get(1).get("level").asText()).isEqualTo("ERROR");
      assertThat(lines.get(1).get("problems").asText())
          .matches(
              "config/application\\.properties:\\d+: router\\.log\\.level: \"infos\" is not accepted;"
                  + " accepted: error, warn, info, debug; did you mean info\\?");
      assertThat(lines.get(4).get("drained").asBoolean()).isTrue();
    }
  }

  @Test
  void whatWaitsAndNoRouteDeliversIsSaidAtTheStartAndAtTheStop() throws Exception {
    home.stopDeliveryToUsSouth();
    Path events = Files.writeString(directory.resolve("a.ndjson"), EVENT);
    assertThat(RouterProcess.run(home, "run", events.toString()).code()).isEqualTo(1);

    try (RouterProcess process = RouterProcess.start(home, "run")) {
      await().until(process::isReady);
      process.terminate();

      assertThat(process.waitForEnd().err())
          .contains(
              "WARN  LiveRoutes - events stay in the spool destination=\"us-south\" events=\"1\""
                  + " error=\"no route reads from spool:us-south; restore its route in"
                  + " routes/50-deliver.camel.yaml\"\n")
          .contains("INFO  Router - stopped drained=\"true\" inSpool=\"1\"\n");
    }
  }

  private static List<JsonNode> json(String text) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : text.lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void levelsAndFormatChangeWhileItRuns() throws Exception {
    try (RouterProcess process = RouterProcess.start(home, "run")) {
      await().until(process::isReady);
      String taken = "DEBUG Reception - a request was taken accepted=\"1\" deadLettered=\"0\"";
      post();
      assertThat(process.said()).doesNotContain("a request was taken");

      edit(process, "router.log.level.intake=", "router.log.level.intake=debug", 1);
      post();
      await().until(() -> process.said().contains(taken));
      edit(process, "router.log.level=info", "router.log.level=debug", 2);
      edit(process, "router.log.level.intake=debug", "router.log.level.intake=warn", 3);
      int before = process.said().length();
      post();
      edit(process, "router.log.format=text", "router.log.format=json", 4);
      edit(process, "router.log.level.intake=warn", "router.log.level.intake=debug", 5);
      post();

      await().until(() -> process.said().contains("\"message\":\"a request was taken\""));
      assertThat(process.said().substring(before)).doesNotContain(taken);
    }
  }

  @Test
  void deliveriesHaveALevelOfTheirOwnWhateverTheSpoolHas() throws Exception {
    home.set("router.destination.us-south.type", "http")
        .set("router.destination.us-south.url", "http://127.0.0.1:1/")
        .set("router.log.level.spool", "error");
    try (RouterProcess process = RouterProcess.start(home, "run")) {
      await().until(process::isReady);
      post();
      await().until(() -> process.said().contains("not delivered, will be tried again"));
    }
    home.set("router.log.level.spool", "").set("router.log.level.deliver", "error");
    try (RouterProcess process = RouterProcess.start(home, "run")) {
      await().until(process::isReady);
      await().until(() -> status().contains("127.0.0.1:1 refuses connections"));

      assertThat(process.said()).doesNotContain("not delivered");
    }
  }

  @Test
  void whoReadsItAndDoesNotGoOnStopsNothing() throws Exception {
    home.set("router.log.level", "debug");
    try (RouterProcess process = RouterProcess.startUnread(home, "run")) {
      await().ignoreExceptions().until(() -> status().contains("\"inSpoolAtStart\""));
      for (int i = 0; i < 10_000; i++) { // a line each; a pipe holds some hundred
        post();
      }
      assertThat(status()).contains("\"received\":10000,");

      process.terminate();

      assertThat(process.waitForEnd().code()).isZero();
    }
  }

  private String status() throws IOException {
    URI status = URI.create("http://" + home.address("management") + "/observe/status");
    try (InputStream answer = status.toURL().openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Saves it and waits until it took effect, the nth of its kind. */
  private void edit(RouterProcess process, String from, String to, int nth) throws IOException {
    home.edit(PROPERTIES, from + "\n", to + "\n");
    await().until(() -> process.said().split("an edit took effect", -1).length - 1 == nth);
  }

  private void post() throws IOException {
    try (RawHttp client = RawHttp.to(home.address("http"))) {
      client.send(
          "POST /v1/activity-tracker/events HTTP/1.1\r\nContent-Type: application/json\r\n");
      client.send("Content-Length: " + EVENT.length() + "\r\n\r\n" + EVENT);
      assertThat(client.answer().body()).isEqualTo("{\"accepted\":1,\"deadLettered\":0}");
    }
  }
}
