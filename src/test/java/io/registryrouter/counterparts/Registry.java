package io.registryrouter.counterparts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.support.Daemon;
import io.registryrouter.support.FreePort;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A registry of CNCF Distribution, the Debian package docker-registry, on loopback. It notifies the
 * router, and a witness that keeps what is posted.
 */
final class Registry implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIGURATION =
      """
      version: 0.1
      log: {level: warn, accesslog: {disabled: true}}
      storage:
        filesystem: {rootdirectory: %1$s}
        delete: {enabled: true}
      http:
        addr: 127.0.0.1:%2$d
        secret: of-this-test
        debug: {addr: "127.0.0.1:%3$d"}
      notifications:
        endpoints:
          - name: router
            url: %4$s
            headers: {Authorization: [Bearer %5$s]}
            timeout: 5s
            threshold: 1
            backoff: 50ms
          - name: witness
            url: %6$s
            timeout: 5s
            threshold: 1
            backoff: 50ms
      """;

  private final Path directory;
  private final int port = FreePort.next();
  private final int debugPort = FreePort.next();
  private final HttpStub witness = HttpStub.start();
  private final Daemon daemon;

  /**
   * What became of the notifications for one endpoint.
   *
   * @param events all so far, of which some are pending and some were taken
   * @param errors attempts that found nobody
   */
  record Deliveries(int events, int pending, int successes, int failures, int errors) {

    boolean areDone() {
      return pending == 0 && successes == events;
    }
  }

  /**
   * @param endpoint where the router takes notifications
   */
  Registry(Path directory, String endpoint, String token) throws IOException {
    Tool.need("docker-registry", "skopeo");
    this.directory = directory;
    Path file =
        Files.writeString(
            directory.resolve("registry.yml"),
            CONFIGURATION.formatted(
                directory.resolve("store"), port, debugPort, endpoint, token, witness.url()));
    daemon = Daemon.start(directory, port, "docker-registry", "serve", file.toString());
  }

  /** As clients name it. */
  String host() {
    return "127.0.0.1:" + port;
  }

  /** Lets skopeo do something; an argument {@code docker:a/b:1} is an image in this registry. */
  String skopeo(String command, Object... arguments) {
    List<String> words = new ArrayList<>(List.of("--insecure-policy", command));
    words.addAll(
        command.equals("copy")
            ? List.of("--src-tls-verify=false", "--dest-tls-verify=false", "--quiet")
            : List.of("--tls-verify=false"));
    for (Object argument : arguments) {
      words.add(argument.toString().replaceFirst("^docker:", "docker://" + host() + "/"));
    }
    return Tool.run(directory, "skopeo", words.toArray(String[]::new));
  }

  /** All that it posted, in its order, once it has posted all to both endpoints. */
  List<Notified> notified() throws IOException {
    List<Notified> all = new ArrayList<>();
    for (HttpStub.Request request : witness.requests()) {
      all.addAll(Notified.in(request.text()));
    }
    return all;
  }

  Deliveries toTheRouter() throws IOException {
    return deliveries("router");
  }

  Deliveries toTheWitness() throws IOException {
    return deliveries("witness");
  }

  /** As its own counters say, which it publishes for monitoring. */
  private Deliveries deliveries(String endpoint) throws IOException {
    JsonNode variables =
        JSON.readTree(URI.create("http://127.0.0.1:" + debugPort + "/debug/vars").toURL());
    for (JsonNode each : variables.at("/registry/notifications/endpoints")) {
      if (each.get("name").textValue().equals(endpoint)) {
        JsonNode metrics = each.get("Metrics");
        return new Deliveries(
            metrics.get("Events").intValue(),
            metrics.get("Pending").intValue(),
            metrics.get("Successes").intValue(),
            metrics.get("Failures").intValue(),
            metrics.get("Errors").intValue());
      }
    }
    throw new IOException("no endpoint " + endpoint + " in " + variables);
  }

  @Override
  public void close() {
    daemon.close();
    witness.close();
  }
}
