package io.registryrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.RunningConfig;
import io.registryrouter.support.Events;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check --diff}: what an edit would move. */
class CheckDiffTest {

  @TempDir private Path directory;
  private TestHome home;
  private Path events;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
    events = directory.resolve("events.ndjson");
    Files.writeString(
        events,
        String.join(
            "\n",
            Events.pull("us.icr.io", 1),
            Events.pull("uk.icr.io", 2),
            "nonsense",
            Events.pull("es.icr.io", 3)));
  }

  private void editRoutes() throws IOException {
    home.edit("routes/40-route.camel.yaml", "- to: spool:eu-gb\n", "- to: spool:eu-de\n")
        .edit(
            "routes/40-route.camel.yaml",
            "\"${header.registryDomain} == 'us.icr.io'\"",
            "\"${header.registryDomain} in 'us.icr.io,es.icr.io'\"");
  }

  @Test
  void theDoorsOfTheRunningRouterAreComparedWithThoseOfTheEdit() throws Exception {
    Files.createDirectory(home.data());
    RunningConfig.write(home.config());
    editRoutes();
    Files.writeString(directory.resolve("config/routing-tests.yaml"), "");

    Ended text = RouterProcess.run(home, "check", "--diff", events.toString());
    Ended json = RouterProcess.run(home, "check", "--json", "--diff", events.toString());

    assertThat(text.err().lines())
        .containsExactly(
            "warning: routes/50-deliver.camel.yaml:10: spool:eu-gb: no route sends to it; what is in its"
                + " spool is still delivered, then remove the route and its settings",
            "0 errors, 1 warning");
    assertThat(text.code()).isZero();
    assertThat(text.out())
        .isEqualTo(
            """
            FILE:2: uk.icr.io container-registry.image.pull: eu-gb (routes/40-route.camel.yaml:16) → \
            eu-de (routes/40-route.camel.yaml:16)
            FILE:4: es.icr.io container-registry.image.pull: dead letter no-route \
            (routes/40-route.camel.yaml:28) → us-south (routes/40-route.camel.yaml:10)
            2 of 4 events would leave by another door
            """
                .replace("FILE", events.toString()));
    assertThat(json.out().lines()).hasSize(2);
    assertThat(json.out().lines().findFirst())
        .contains(
            """
            {"source":"FILE:2","domain":"uk.icr.io","action":"container-registry.image.pull",\
            "before":{"doors":[{"destination":"eu-gb","when":{"file":"routes/40-route.camel.yaml",\
            "line":16,"expression":"${header.registryDomain} == 'uk.icr.io'"}}]},\
            "after":{"doors":[{"destination":"eu-de","when":{"file":"routes/40-route.camel.yaml",\
            "line":16,"expression":"${header.registryDomain} == 'uk.icr.io'"}}]}}"""
                .replace("FILE", events.toString()));
  }

  @Test
  void anElementThatIsTooLargeHasNoPartInWhatBecomesOfTheNext() throws Exception {
    editRoutes();
    Files.writeString(
        events,
        "[%s,%s]"
            .formatted(
                Events.pull("us.icr.io", "x".repeat(1024 * 1024)), Events.pull("es.icr.io", 1)));
    Path array = Files.move(events, directory.resolve("array.json"));

    Ended diff =
        RouterProcess.run(
            home, "check", "--diff", array.toString(), "--against", TestHome.CHECKOUT.toString());

    assertThat(diff.out().lines())
        .containsExactly(
            array
                + ":1: es.icr.io container-registry.image.pull: dead letter no-route"
                + " (routes/40-route.camel.yaml:28) → us-south (routes/40-route.camel.yaml:10)",
            "1 of 2 events would leave by another door");
  }

  @Test
  void anotherHomeCanBeComparedWithAndFailingRowsAreSaidFirst() throws Exception {
    editRoutes();

    Ended diff =
        RouterProcess.run(
            home, "check", "--diff", events.toString(), "--against", TestHome.CHECKOUT.toString());

    assertThat(diff.code()).isEqualTo(78);
    assertThat(diff.err())
        .contains("uk.icr.io on Activity Tracker: expected eu-gb, but it goes to eu-de")
        .contains("es.icr.io has no route: expected dead letter no-route, but it goes to us-south");
    assertThat(diff.out()).endsWith(String.format("2 of 4 events would leave by another door%n"));
    assertThat(home.data()).doesNotExist();
  }

  @Test
  void withoutARunningRouterItSaysWhatToDo() throws Exception {
    Ended diff = RouterProcess.run(home, "check", "--diff", events.toString());

    assertThat(diff.code()).isEqualTo(1);
    assertThat(diff.err())
        .isEqualTo(
            String.format(
                "router: no router has run on %s yet; start `bin/router run`, name the data directory"
                    + " of the one that runs by --set router.data-dir=DIR, or the home to compare"
                    + " with by --against DIR%n",
                home.data()));
  }

  @Test
  void theCopyOfWhatRunsIsWhatWasReadWhateverTheFilesSayMeanwhile() throws IOException {
    Files.createDirectory(home.data());
    RouterConfig config = home.config();
    String routes = Files.readString(directory.resolve("routes/40-route.camel.yaml"));
    editRoutes();
    Files.delete(directory.resolve("config/routing-tests.yaml"));

    RunningConfig.write(config);

    Path running = home.data().resolve("running");
    assertThat(running.resolve("routes/40-route.camel.yaml")).hasContent(routes);
    assertThat(running.resolve("config/routing-tests.yaml")).isNotEmptyFile();
  }

  @Test
  void theCopyOfWhatRunsHoldsNoSecrets() throws IOException {
    home.set("router.destination.us-south.type", "http")
        .set("router.destination.us-south.url", "https://logs.example/in?key=s3cret")
        .set("router.destination.us-south.token", "s3cret")
        .set("router.destination.us-south.format", "json")
        .set("router.http.token", "s3cret")
        .set(
            "router.intake.tail", "activity-tracker:logs/a.log") // relative to the home that it has
        .set("router.access-trail.cutoff", "2020-01-01");
    Files.createDirectory(home.data());

    RunningConfig.write(home.config());
    RunningConfig.write(home.config());

    RouterConfig running = RunningConfig.load(home.config());
    assertThat(running.accessTrail()).isEqualTo(home.config().accessTrail());
    assertThat(running.destinations().get("us-south").url())
        .hasToString("Optional[https://logs.example/in]");
    assertThat(running.settings().asMap())
        .containsEntry("router.destination.us-south.format", "json");
    try (Stream<Path> files = Files.walk(home.data())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain("s3cret");
      }
    }
    assertThat(Files.getPosixFilePermissions(home.data().resolve("running")))
        .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    assertThat(RouterConfig.load(home.data().resolve("running"), Map.of(), Map.of()).destinations())
        .containsOnlyKeys(home.config().destinations().keySet());
  }
}
