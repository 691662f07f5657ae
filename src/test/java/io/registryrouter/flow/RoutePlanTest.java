package io.registryrouter.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which routes an edit takes out. */
class RoutePlanTest {

  private static final String OWN =
      """
      - route:
          id: sign
          from:
            uri: direct:sign
            steps:
              - to: direct:stamp
      - route:
          id: stamp
          from:
            uri: direct:stamp
            steps:
              - setHeader: { name: Stamp, constant: one }
      """;

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
    Files.writeString(directory.resolve("routes/99-own.camel.yaml"), OWN);
    Files.writeString(
        directory.resolve("routes/60-own.camel.yaml"),
        """
        - route:
            id: deliver-own
            from:
              uri: spool:own
              steps:
                - to: direct:sign
                - process: { ref: archive }
        """);
  }

  private Set<String> routesOut(String file, String text, String replacement) throws IOException {
    RouteSet before = routes();
    home.edit(file, text, replacement);
    return RoutePlan.between(before, routes()).routesOut();
  }

  private RouteSet routes() {
    RouterConfig config = home.config();
    return new RouteSet(config.routes(), RouterContext.placeholders(config));
  }

  @Test
  void aDeliveryGoesOutWithTheRoutesBehindIt() throws IOException {
    assertThat(routesOut("routes/99-own.camel.yaml", "constant: one", "constant: two"))
        .containsExactlyInAnyOrder("stamp", "deliver-own");
  }

  /** Which has no gate to wait at. */
  @Test
  void aSourceOfSomebodysOwnGoesOutWithTheRoutesBehindIt() throws IOException {
    Files.writeString(
        directory.resolve("routes/61-own.camel.yaml"),
        """
        - route:
            id: beat
            from:
              uri: timer:beat
              steps:
                - to: direct:sign
        """);

    assertThat(routesOut("routes/99-own.camel.yaml", "constant: one", "constant: two"))
        .containsExactlyInAnyOrder("stamp", "deliver-own", "beat");
  }

  @Test
  void whatLooksLikeANumberIsAText() throws IOException {
    home.edit("routes/99-own.camel.yaml", "constant: one", "constant: 2024.10");
    RouteSet before = routes();
    home.edit("routes/99-own.camel.yaml", "constant: 2024.10", "constant: 1.10");

    RoutePlan plan = RoutePlan.between(before, routes());

    assertThat(plan.routesOut()).containsExactlyInAnyOrder("stamp", "deliver-own");
    assertThat(plan.in().get("routes/99-own.camel.yaml")).contains("constant: 1.10");
  }

  @Test
  void aRouteOfTheFlowGoesOutAlone() throws IOException {
    assertThat(
            routesOut(
                "routes/20-prepare.camel.yaml",
                "process: { ref: group }",
                "process: { ref: group, description: same }"))
        .containsExactly("prepare");
  }

  @Test
  void aSettingOfADestinationTakesItsDeliveryOut() throws IOException {
    assertThat(
            routesOut(
                "config/application.properties",
                "router.destination.eu-gb.type=archive",
                "router.destination.eu-gb.type=archive\nrouter.destination.eu-gb.batch-events=7"))
        .containsExactly("deliver-eu-gb");
  }
}
