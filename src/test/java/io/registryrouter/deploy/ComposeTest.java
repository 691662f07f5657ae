package io.registryrouter.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.check.Check;
import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * {@code docker/compose.yaml} and its walk-through fit together; no engine is needed to see that.
 */
class ComposeTest {

  @TempDir private Path directory;
  private Compose compose;
  private RouterConfig config;

  /** What the file uses of https://github.com/compose-spec/compose-spec; any other key fails. */
  record Compose(String name, Map<String, Service> services, Map<String, Object> volumes) {

    static Compose read() throws IOException {
      Path file = TestHome.CHECKOUT.resolve("docker/compose.yaml");
      LoadSettings strict = LoadSettings.builder().setAllowDuplicateKeys(false).build();
      return new ObjectMapper()
          .convertValue(new Load(strict).loadFromString(Files.readString(file)), Compose.class);
    }
  }

  record Service(
      String image,
      Map<String, String> build,
      Map<String, String> environment,
      Map<String, Map<String, List<String>>> networks,
      List<String> volumes,
      Map<String, Map<String, String>> depends_on,
      List<String> ports,
      boolean read_only,
      String tmpfs,
      String stop_grace_period,
      String restart,
      List<String> profiles,
      List<String> entrypoint) {}

  @BeforeEach
  void read() throws IOException {
    compose = Compose.read();
    Check.Result checked =
        Check.run(
            TestHome.in(directory).directory(),
            compose.services().get("router").environment(),
            Map.of(),
            Clock.systemUTC());
    assertThat(checked.problems()).isEmpty();
    config = checked.config().orElseThrow();
  }

  @Test
  void theRouterTakesEachSettingItIsGiven() {
    assertThat(config.settings().environmentNotes())
        .hasSize(compose.services().get("router").environment().size());
  }

  @Test
  void eachDestinationThatIsSetIsAReceiver() {
    List<DestinationSettings> posted =
        config.destinations().values().stream().filter(one -> one.url().isPresent()).toList();

    assertThat(posted).hasSize(4);
    for (DestinationSettings destination : posted) {
      URI url = destination.url().orElseThrow();
      assertThat(url.getHost()).isEqualTo(destination.name());
      assertThat(url.getPort()).isEqualTo(8080);
      assertThat(compose.services().get(url.getHost()).image()).contains("http-https-echo");
    }
  }

  @Test
  void theRegistryNotifiesTheRouterWithItsToken() {
    String endpoints =
        compose.services().get("registry").environment().get("REGISTRY_NOTIFICATIONS_ENDPOINTS");
    Object endpoint =
        ((List<?>) new Load(LoadSettings.builder().build()).loadFromString(endpoints)).get(0);

    assertThat(((Map<?, ?>) endpoint).get("url"))
        .isEqualTo("http://router:" + config.http().port() + "/v1/notifications");
    assertThat(((Map<?, ?>) endpoint).get("headers"))
        .isEqualTo(
            Map.of(
                "Authorization",
                List.of(
                    "Bearer "
                        + compose
                            .services()
                            .get("router")
                            .environment()
                            .get("ROUTER_HTTP_TOKEN"))));
  }

  @Test
  void whatIsMountedAndNamedIsThere() throws Exception {
    String home =
        Files.readString(TestHome.CHECKOUT.resolve("docker/Dockerfile"))
            .replaceFirst("(?s).*\nVOLUME \\[?\"?(/\\S+)/data\"?\\]?\n.*", "$1");
    assertThat(compose.services().get("router").volumes())
        .containsExactly(
            "data:" + home + "/data",
            "../routes:" + home + "/routes:ro",
            "../config:" + home + "/config:ro");
    for (Service service : compose.services().values()) {
      for (String volume : service.volumes() == null ? List.<String>of() : service.volumes()) {
        String source = volume.split(":", 2)[0];
        if (source.startsWith(".")) {
          assertThat(TestHome.CHECKOUT.resolve("docker").resolve(source)).isDirectory();
        } else {
          assertThat(compose.volumes()).containsKey(source);
        }
      }
      if (service.depends_on() != null) {
        assertThat(compose.services().keySet()).containsAll(service.depends_on().keySet());
      }
    }
    assertThat(compose.services().get("router").stop_grace_period()).isEqualTo("30s");
    assertThat(config.drainTimeout().toSeconds()).isLessThan(30);
  }

  @Test
  void theWalkThroughSaysWhereEachNameOfTheRegistryGoes() throws Exception {
    String routes = Files.readString(TestHome.CHECKOUT.resolve("routes/40-route.camel.yaml"));
    List<String> aliases =
        compose.services().get("registry").networks().get("default").get("aliases");
    Matcher row =
        Pattern.compile("\\| `docker://([a-z.]+)/team/app:1` \\| `([a-z-]+)` \\|")
            .matcher(Files.readString(TestHome.CHECKOUT.resolve("docs/compose.md")));
    int rows = 0;
    while (row.find()) {
      assertThat(aliases).contains(row.group(1));
      assertThat(routes)
          .containsPattern(
              "== '" + row.group(1) + "'\"[^\n]*\n *steps:\n *- to: spool:" + row.group(2) + "\n");
      rows++;
    }
    assertThat(rows).isEqualTo(aliases.size());
  }
}
