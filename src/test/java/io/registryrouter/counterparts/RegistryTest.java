package io.registryrouter.counterparts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.FreePort;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A registry of CNCF Distribution that skopeo works with notifies the router, a process of its own,
 * which delivers to a receiver.
 */
class RegistryTest {

  private static final String TOKEN = "s3cret";
  private static final String REGION = "on-premises";
  private static final String PLACE = "Frankfurt (eu-de)";

  @TempDir private Path directory;
  private TestHome home;
  private HttpStub receiver;
  private Registry registry;
  private RouterProcess router;

  @BeforeEach
  void startARegistryThatNotifiesTheRouter() throws IOException {
    Tool.need("docker-registry", "skopeo");
    int port = FreePort.next();
    receiver = HttpStub.start();
    home =
        TestHome.in(Files.createDirectory(directory.resolve("home")))
            .set("router.http.port", String.valueOf(port))
            .set("router.http.token", TOKEN)
            .post("eu-de", receiver);
    registry = new Registry(directory, "http://127.0.0.1:" + port + "/v1/notifications", TOKEN);
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      registry.close();
    }
    if (router != null) {
      router.close();
    }
    if (receiver != null) {
      receiver.close();
    }
  }

  @Test
  void everyDeedOfSkopeoArrivesAsAnEventInOrder() throws Exception {
    Path image = OciLayout.image(directory.resolve("image"), "one");
    Path index = OciLayout.index(directory.resolve("index"), "two");
    addTheRegistry();
    start();

    registry.skopeo("copy", "oci:" + image, "docker:team/app:1");
    registry.skopeo("inspect", "docker:team/app:1");
    registry.skopeo("copy", "docker:team/app:1", "dir:" + directory.resolve("pulled"));
    registry.skopeo("copy", "docker:team/app:1", "docker:team/app:2");
    registry.skopeo("copy", "--format", "v2s2", "oci:" + image, "docker:team/docker:1");
    registry.skopeo("copy", "--all", "oci:" + index, "docker:team/both:1");
    String digest =
        registry.skopeo("inspect", "--format", "{{.Digest}}", "docker:team/app:1").strip();
    registry.skopeo("delete", "docker:team/app:1");

    List<String> expected = expectedOnceTheRegistryIsDone();
    await().until(() -> receiver.lines().size() >= expected.size());
    assertThat(receiver.lines()).isEqualTo(expected);
    assertThat(deeds())
        .containsSubsequence(
            "push team/app:1", // pushed
            "pull team/app:1", // inspected
            "pull team/app:1", // pulled
            "pull team/app:1", // tagged: from one name to another
            "push team/app:2",
            "push team/docker:1",
            "push team/both:1",
            "delete team/app@" + digest)
        .contains("untag team/app:1", "untag team/app:2");
    assertThat(deeds().stream().filter(deed -> deed.startsWith("push team/both@sha256:")))
        .as("the images that the index names")
        .hasSize(2);
    assertThat(home.deadLetters()).isEmpty();
    assertThat(metric("router_events_ignored_total"))
        .isEqualTo(registry.notified().size() - expected.size());
  }

  @Test
  void whatTheRegistrySaysItDeliveredArrivesThoughTheRouterIsKilledInBetween() throws Exception {
    addTheRegistry();
    receiver.answer(503, 503, 503); // so that there is something in the spool when it is killed
    start();

    push("app", 1);
    router.kill();
    registry.skopeo("inspect", "docker:team/app:1");
    registry.skopeo("copy", "docker:team/app:1", "docker:team/app:2");
    await().until(() -> registry.toTheRouter().errors() > 0 && pending() >= 4);
    start();
    for (int i = 3; i < 8; i++) {
      push("app", i);
    }
    router.kill(); // while the registry posts
    push("app", 8);
    start();
    registry.skopeo("delete", "docker:team/app:1");
    router.kill();
    start();
    push("app", 9);

    List<String> expected = expectedOnceTheRegistryIsDone();
    awaitEmptySpools();
    assertThat(deeds())
        .contains("push team/app:1", "push team/app:2", "untag team/app:1", "push team/app:9");
    List<String> arrived = linesOfDifferentRequests();
    assertThat(arrived.stream().distinct()).containsExactlyElementsOf(expected);
    assertThat(arrived.size() - expected.size())
        .as("notifications that the registry repeated, at most one a kill")
        .isBetween(0, 3);
    assertThat(home.deadLetters()).isEmpty();
    router.terminate();
    assertThat(router.waitForEnd().code()).isZero();
  }

  @Test
  void aRegistryThatIsAddedWhileTheRouterRunsIsRoutedAndItsDeadLettersFollow() throws Exception {
    start();
    push("app", 1);
    expectedOnceTheRegistryIsDone();
    assertThat(home.deadLetters()).hasSize(1);
    assertThat(home.deadLetters().get(0))
        .startsWith(
            "{\"reason\":\"unknown-domain\",\"detail\":\"target.name \\\"%s/team/app:1\\\" names a registry that is not in config/registries.yaml\""
                .formatted(registry.host()));

    addTheRegistry();
    await().ignoreExceptions().until(this::theEditIsInForce);
    Ended replay = RouterProcess.run(home, "dead-letters", "replay", "--reason", "unknown-domain");
    assertThat(replay.code()).as(replay.err()).isZero();
    await().until(() -> receiver.lines().size() == 1);
    push("app", 2);

    List<String> all = expectedOnceTheRegistryIsDone();
    await().until(() -> receiver.lines().size() >= all.size());
    assertThat(receiver.lines()).isEqualTo(all);
    assertThat(home.deadLetters().stream().filter(line -> line.startsWith("{\"reason\":")))
        .as("no more of them")
        .hasSize(1);
  }

  /** As an operator would: its own host and port with a region, and a `when`. */
  private void addTheRegistry() throws IOException {
    home.edit(
        "config/registries.yaml",
        "registries:\n",
        """
        registries:
          - domain: %s
            region: %s
            events-location: {activity-tracker: %s, access-trail: none}
        """
            .formatted(registry.host(), REGION, PLACE));
    home.edit(
        "routes/40-route.camel.yaml",
        "- to: spool:eu-de\n",
        """
        - to: spool:eu-de
                      - simple: "${header.registryDomain} == '%s'"
                        steps:
                          - to: spool:eu-de
        """
            .formatted(registry.host()));
  }

  private void push(String name, int tag) throws IOException {
    Path image = OciLayout.image(directory.resolve(name + "-" + tag), name + tag);
    registry.skopeo("copy", "oci:" + image, "docker:team/" + name + ":" + tag);
  }

  private void start() throws IOException {
    router = RouterProcess.start(home, "run");
    await().until(router::isReady);
  }

  /** The lines of all events that have to arrive, once the registry has nothing left to post. */
  private List<String> expectedOnceTheRegistryIsDone() throws IOException {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> registry.toTheRouter().areDone() && registry.toTheWitness().areDone());
    assertThat(registry.toTheRouter().successes()).isEqualTo(registry.notified().size());
    return registry.notified().stream()
        .map(notified -> notified.event(REGION, PLACE))
        .flatMap(Optional::stream)
        .toList();
  }

  private List<String> deeds() throws IOException {
    return registry.notified().stream().map(Notified::deed).flatMap(Optional::stream).toList();
  }

  private int pending() throws IOException {
    return registry.toTheRouter().pending();
  }

  /** The router keeps a copy of what it runs. */
  private boolean theEditIsInForce() throws IOException {
    Path running = home.data().resolve("running");
    return Files.readString(running.resolve("config/registries.yaml")).contains(registry.host())
        && Files.readString(running.resolve("routes/40-route.camel.yaml"))
            .contains(registry.host());
  }

  private void awaitEmptySpools() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> metric("router_spool_events{destination=\"eu-de\"}") == 0);
  }

  private double metric(String name) throws IOException {
    URI uri = URI.create("http://" + home.address("management") + "/observe/metrics");
    try (InputStream metrics = uri.toURL().openStream()) {
      return new String(metrics.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst()
          .orElseThrow();
    }
  }

  /** What was taken; of a request that came again under its key only the first time. */
  private List<String> linesOfDifferentRequests() {
    Set<String> keys = new HashSet<>();
    return receiver.requests().stream()
        .filter(request -> request.answered() < 300)
        .filter(request -> keys.add(request.headers().get("idempotency-key")))
        .flatMap(request -> request.text().lines())
        .toList();
  }
}
