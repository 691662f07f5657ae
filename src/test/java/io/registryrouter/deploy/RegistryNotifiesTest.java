package io.registryrouter.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.Router;
import io.registryrouter.support.Daemon;
import io.registryrouter.support.FreePort;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry, told what {@code docker/} tells it, notifies the router. */
class RegistryNotifiesTest {

  /** Pushes an image of one blob, to a name that stands for loopback. */
  private static final String PUSH =
      """
      set -euo pipefail
      curl() { command curl -fsS --noproxy '*' --connect-to ::127.0.0.1:%1$d "$@"; }
      blob='{}'
      digest=sha256:$(printf %%s "$blob" | sha256sum | cut -d ' ' -f 1)
      to=$(curl -o /dev/null -w '%%header{location}' -X POST http://%2$s/v2/team/app/blobs/uploads/)
      curl -X PUT -H 'Content-Type: application/octet-stream' --data-binary "$blob" "$to&digest=$digest"
      curl -X PUT -H 'Content-Type: application/vnd.docker.distribution.manifest.v2+json' \
        --data-binary '{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
          "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":2,"digest":"'$digest'"},
          "layers":[]}' http://%2$s/v2/team/app/manifests/1
      """;

  @TempDir private Path directory;
  private HttpStub receiver;
  private TestHome home;
  private Router router;
  private int port;

  @BeforeEach
  void start() throws IOException {
    Tool.need("docker-registry", "curl");
    receiver = HttpStub.start();
    home = TestHome.in(directory.resolve("home")).post("eu-de", receiver);
    home.set("router.http.token", "try-me");
    port = FreePort.next();
  }

  @AfterEach
  void stop() {
    if (router != null) {
      router.close();
    }
    if (receiver != null) {
      receiver.close();
    }
  }

  @Test
  void asComposeTellsIt() throws Exception {
    router = Router.daemon(home.config(), Clock.systemUTC());
    Map<String, String> environment =
        ComposeTest.Compose.read().services().get("registry").environment();
    Path configuration =
        Files.writeString(
            directory.resolve("config.yml"),
            "version: 0.1\nstorage: {filesystem: {rootdirectory: " + directory + "/images}}\n");
    String endpoints =
        environment
            .get("REGISTRY_NOTIFICATIONS_ENDPOINTS")
            .replace("router:8080", home.address("http"));
    assertThat(environment.get("REGISTRY_HTTP_ADDR")).isEqualTo(":80");

    try (Daemon registry =
        Daemon.start(
            directory,
            port,
            "env",
            "REGISTRY_HTTP_ADDR=127.0.0.1:" + port,
            "REGISTRY_NOTIFICATIONS_ENDPOINTS=" + endpoints,
            "docker-registry",
            "serve",
            configuration.toString())) {
      push("de.icr.io");

      assertArrived(registry);
    }
  }

  @Test
  void asTheSidecarsConfigMapTellsIt() throws Exception {
    home.set("router.http.token", ""); // on the pod's loopback nobody is asked for one
    router = Router.daemon(home.config(), Clock.systemUTC());
    Path shipped = TestHome.CHECKOUT.resolve("docker/kubernetes/overlays/sidecar/registry.yml");
    Path configuration =
        Files.writeString(
            directory.resolve("config.yml"),
            Files.readString(shipped)
                .replace(" :5000", " 127.0.0.1:" + port)
                .replace("/var/lib/registry", directory + "/images")
                .replace("127.0.0.1:8080", home.address("http")));

    try (Daemon registry =
        Daemon.start(directory, port, "docker-registry", "serve", configuration.toString())) {
      push("de.icr.io");

      assertArrived(registry);
    }
  }

  private void push(String name) {
    Tool.run(directory, "bash", "-c", PUSH.formatted(port, name));
  }

  private void assertArrived(Daemon registry) {
    await().untilAsserted(() -> assertThat(receiver.lines()).as(registry::output).hasSize(1));
    assertThat(receiver.lines().get(0))
        .contains(
            "\"action\":\"container-registry.image.push\"",
            "de.icr.io/team/app",
            "\"registryDomain\":\"de.icr.io\",\"registryRegion\":\"eu-central\"");
    assertThat(home.deadLetters()).isEmpty();
  }
}
