package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.registryrouter.support.Events;
import io.registryrouter.support.FreePort;
import io.registryrouter.support.RawHttp;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real program with a secret in every setting that takes one, all it can say switched on, and
 * all that can go wrong with them going wrong: whatever it says, no secret is in it.
 */
class SecretsTest {

  private static final String DESTINATION = "router.destination.";

  @TempDir private Path directory;
  private TestHome home;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer echo;
  private final List<String> secrets = new ArrayList<>();
  private final StringBuilder said = new StringBuilder();

  @BeforeEach
  void putASecretEverywhere() throws IOException {
    echo = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    echo.createContext("/", SecretsTest::sayWhatWasSaid);
    echo.setExecutor(threads);
    echo.start();
    home = TestHome.in(directory).set("router.log.level", "debug");
    home.set("router.http.token", secret("door"));
    home.set("router.http.tokens.ci", secret("door-ci"));
    home.set("router.http.tokens.file.file", file("door-file"));
    to("us-south", 401).set(DESTINATION + "us-south.token", secret("token"));
    to("eu-de", 500).set(DESTINATION + "eu-de.user", secret("user"));
    home.set(DESTINATION + "eu-de.password", secret("password"));
    to("eu-gb", 422).set(DESTINATION + "eu-gb.api-key", secret("api-key"));
    to("jp-tok", 403).set(DESTINATION + "jp-tok.token.file", file("token-file"));
    to("access-trail-us-south", 404);
    home.set(DESTINATION + "access-trail-us-south.user.file", file("user-file"));
    home.set(DESTINATION + "access-trail-us-south.password.file", file("password-file"));
    to("access-trail-ap-south", 302);
    home.set(DESTINATION + "access-trail-ap-south.api-key.file", file("api-key-file"));
    home.set(DESTINATION + "access-trail-eu-central.type", "http");
    home.set(
        DESTINATION + "access-trail-eu-central.url",
        "http://127.0.0.1:" + FreePort.next() + "/a?apikey=" + secret("query-only"));
    inUrl("access-trail-uk-south", "https", FreePort.next());
  }

  @AfterEach
  void stop() {
    echo.stop(0);
    threads.shutdownNow();
  }

  private String secret(String name) {
    String secret = "S3cr3t-" + name + "-S3cr3t";
    secrets.add(secret);
    return secret;
  }

  private String file(String name) throws IOException {
    Files.writeString(directory.resolve(name), secret(name) + "\n");
    return name;
  }

  private TestHome to(String destination, int status) {
    home.set(DESTINATION + destination + ".type", "http");
    return home.set(
        DESTINATION + destination + ".url",
        "http://127.0.0.1:" + echo.getAddress().getPort() + "/" + status);
  }

  private void inUrl(String destination, String scheme, int port) {
    home.set(DESTINATION + destination + ".type", "http");
    home.set(
        DESTINATION + destination + ".url",
        String.format(
            "%s://127.0.0.1:%d/a?apikey=%s", scheme, port, secret(destination + "-query")));
  }

  /** Answers with the status that its path names and all headers of the request. */
  private static void sayWhatWasSaid(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] body =
        exchange.getRequestHeaders().entrySet().toString().getBytes(StandardCharsets.UTF_8);
    int status = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void noSecretIsInAnythingThatIsSaid() throws Exception {
    try (RouterProcess process = RouterProcess.start(home, "run")) {
      await().until(process::isReady);
      post("Bearer S3cr3t-wrong-S3cr3t");
      secrets.add("S3cr3t-wrong-S3cr3t");
      post("Bearer " + secrets.get(2));
      post("Bearer " + secrets.get(2) + "\u0001"); // which nobody takes for a header
      for (String why : List.of("401", "500", "403", "404", "302")) {
        awaitStatus("HTTP status " + why);
      }
      awaitStatus("refuses connections");
      await().until(() -> home.deadLetters().size() >= 3);
      run("status");
      run("status", "--json");
      run("explain", eventFile().toString());
      run("explain", "--json", eventFile().toString());
      run("dead-letters", "list");
      for (String path : List.of("health", "metrics", "status")) {
        said.append(get("/observe/" + path));
      }
      aBadEditThatNamesThemAll();
      await().until(() -> process.said().contains("an edit was refused"));
      run("status");
      process.terminate();
      said.append(process.waitForEnd().err());
    }
    said.append(String.join("\n", home.deadLetters()));
    run("check");
    everythingMistaken();

    assertThat(said)
        .contains("HTTP status 401", "HTTP status 500", "HTTP status 403", "HTTP status 404")
        .contains("refuses connections", "an edit was refused")
        .contains("HTTP status 422", "a request was refused")
        .contains("\"response\":\"[", "***");
    assertThat(secrets).hasSizeGreaterThan(15);
    for (String secret : secrets) {
      assertThat(said).doesNotContain(secret);
      assertThat(said)
          .doesNotContain(
              Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(said).doesNotContain("S3cr3t");
  }

  @Test
  void aQuoteInASecretIsAPartOfItThatNobodySays() throws Exception {
    home.set(DESTINATION + "eu-de.password", "pa\"ss\\S3cr3t");

    assertThat(run("check").code()).isZero();

    assertThat(said).doesNotContain("S3cr3t");
  }

  private void awaitStatus(String why) {
    await().untilAsserted(() -> assertThat(get("/observe/status")).contains(why));
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    Ended ended = RouterProcess.run(home, arguments);
    said.append(ended.out()).append(ended.err());
    return ended;
  }

  private void post(String authorization) throws IOException {
    for (String path : List.of("activity-tracker", "access-trail")) {
      String events = String.join("\n", events());
      try (RawHttp client = RawHttp.to(home.address("http"))) {
        client.send("POST /v1/" + path + "/events HTTP/1.1\r\n");
        client.send("Authorization: " + authorization + "\r\n");
        client.send("Content-Type: application/x-ndjson\r\n");
        client.send("Content-Length: " + events.length() + "\r\n\r\n" + events);
        said.append(client.answer());
      }
    }
  }

  private static List<String> events() {
    return List.of("us.icr.io", "de.icr.io", "uk.icr.io", "jp.icr.io", "nowhere.example").stream()
        .map(domain -> Events.pull(domain, 1))
        .toList();
  }

  private Path eventFile() throws IOException {
    return Files.write(directory.resolve("events.ndjson"), events());
  }

  private String get(String path) throws IOException {
    try (RawHttp client = RawHttp.to(home.address("management"))) {
      client.send("GET " + path + " HTTP/1.0\r\n\r\n");
      return client.rest();
    }
  }

  private void aBadEditThatNamesThemAll() throws IOException {
    StringBuilder steps = new StringBuilder();
    for (String key : home.settings().keySet()) {
      if (key.startsWith(DESTINATION) || key.contains("token")) {
        steps.append("        - to: nosuch:{{").append(key).append("}}\n");
        steps.append("        - to: http://127.0.0.1:1/?nosuch={{").append(key).append("}}\n");
      }
    }
    Files.writeString(
        directory.resolve("routes/99-bad.camel.yaml"),
        "- route:\n    id: bad\n    from:\n      uri: direct:bad\n      steps:\n" + steps);
  }

  /** A secret where something else belongs, in each setting that could be mistaken for its own. */
  private void everythingMistaken() throws IOException, InterruptedException {
    run("check");
    Files.delete(directory.resolve("routes/99-bad.camel.yaml"));
    for (String key : List.of("us-south.token.file", "eu-gb.user", "jp-tok.password")) {
      home.set(DESTINATION + key, secret("mistaken"));
    }
    home.set("router.http.tokens.a.file", secret("mistaken-file"));
    home.set(DESTINATION + "eu-de.url", "htp://" + secret("u") + "@a/?k=" + secret("q"));
    home.set(DESTINATION + "access-trail-uk-south.url", "https://" + secret("user-in-url") + "@a/");
    Ended check = run("check", "--json");
    assertThat(check.code()).isEqualTo(78);
    assertThat(check.out())
        .contains("names no file that is there", "htp://***@a/?***", "holds a user");
    run("run");
  }
}
