package io.registryrouter;

import static io.registryrouter.support.LiveRouter.PROPERTIES;
import static io.registryrouter.support.LiveRouter.ROUTE;
import static io.registryrouter.support.LiveRouter.UK_TO_LONDON;
import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.registryrouter.check.Check;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.observe.Status;
import io.registryrouter.reload.LiveRoutes;
import io.registryrouter.reload.Reloader;
import io.registryrouter.support.Events;
import io.registryrouter.support.Held;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.LiveRouter;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Edits of a running router take effect between two batches. */
class ReloadTest {

  private static final String DELIVER = "routes/50-deliver.camel.yaml";

  private static final String NO_COPY =
      "no copy of what runs could be kept; check --diff does not show this edit";

  /** More than half of what Linux allows. */
  private static final Path LONG_PATH = Path.of(String.join("/", nCopies(11, "d".repeat(200))));

  @RegisterExtension final Warnings warnings = new Warnings(Reloader.class);
  @RegisterExtension final Warnings edits = new Warnings(LiveRoutes.class);
  @RegisterExtension final Warnings odd = new Warnings(Check.class);

  @TempDir private Path directory;
  private LiveRouter live;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    live = LiveRouter.in(directory);
    home = live.home();
  }

  @AfterEach
  void stop() {
    live.close();
  }

  @Test
  void anEditedRouteTakesEffectWithoutARestart() throws Exception {
    live.start();
    home.give(Events.pull("uk.icr.io", 1));

    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));
    live.awaitApplied(1);
    assertThat(RouterProcess.run(home, "status").out())
        .contains("\nthe last edit took effect at " + live.reload().appliedAt() + "\n");

    home.give(Events.pull("uk.icr.io", 2));
    live.awaitArchived("eu-de", "2");
    live.awaitArchived("eu-gb", "1");
  }

  private void routeToMadrid() throws IOException {
    home.edit(
        ROUTE,
        UK_TO_LONDON,
        UK_TO_LONDON
            + "\n              "
            + UK_TO_LONDON.replace("uk.icr.io", "es.icr.io").replace("eu-gb", "eu-es"));
    Files.writeString(
        directory.resolve(DELIVER),
        Files.readString(directory.resolve(DELIVER))
            + "- templatedRoute:\n    routeTemplateRef: destination\n    routeId: deliver-eu-es\n"
            + "    parameters: [{ name: destination, value: eu-es }]\n");
  }

  @Test
  void aNewDestinationIsAnEditAway() throws Exception {
    live.start();
    try (HttpStub madrid = HttpStub.start()) {
      live.append(
          "router.destination.eu-es.type=http\nrouter.destination.eu-es.url=" + madrid.url());
      routeToMadrid();
      await()
          .untilAsserted(
              () -> {
                assertThat(live.reload().problems()).isEmpty();
                assertThat(live.router().spools().backlogs()).containsKey("eu-es");
              });

      home.give(Events.pull("es.icr.io", 1));

      await().until(() -> madrid.lines().size() == 1);
      assertThat(home.deadLetters()).isEmpty();
      assertThat(home.observe("health")).contains("destination:eu-es");
    }
  }

  @Test
  void aDestinationThatIsTakenOutOfServiceIsNoTroubleAndGoesAtTheNextStart() throws Exception {
    String route = Files.readString(directory.resolve(ROUTE));
    String deliver = Files.readString(directory.resolve(DELIVER));
    routeToMadrid();
    String settings = Files.readString(directory.resolve(PROPERTIES));
    live.append("router.destination.eu-es.type=archive");
    live.start();
    home.give(Events.pull("es.icr.io", 1));
    live.awaitArchived("eu-es", "1");
    await().until(() -> live.router().spools().backlog() == 0);

    Files.writeString(directory.resolve(ROUTE), route);
    live.awaitApplied(1);
    Files.writeString(directory.resolve(DELIVER), deliver);
    live.awaitApplied(2);
    Files.writeString(directory.resolve(PROPERTIES), settings);
    live.awaitApplied(3);
    assertThat(live.router().status().destinations())
        .filteredOn(destination -> destination.name().equals("eu-es"))
        .singleElement()
        .extracting(Status.Destination::lastError)
        .isNull();
    assertThat(home.observe("health"))
        .contains("destination:eu-es")
        .doesNotContain("no route reads");
    live.router().close();

    live.start();
    assertThat(home.observe("health")).doesNotContain("eu-es");
    assertThat(directory.resolve("data/spool/eu-es")).doesNotExist();
    live.awaitArchived("eu-es", "1");
  }

  @Test
  void anotherAddressTakesEffectAtOnceForWhatWaits() throws Exception {
    try (HttpStub wrong = HttpStub.start();
        HttpStub right = HttpStub.start()) {
      wrong.refuse("icr", 503);
      home.edit(
          PROPERTIES,
          "router.destination.eu-gb.type=archive",
          String.join(
              "\n",
              "router.destination.eu-gb.type=http",
              "router.destination.eu-gb.url=" + wrong.url(),
              "router.destination.eu-gb.backoff=1h to 2h"));
      live.start();
      home.give(Events.pull("uk.icr.io", 1));
      await().until(() -> !wrong.requests().isEmpty());

      home.edit(PROPERTIES, wrong.url(), right.url());

      await().until(() -> right.lines().size() == 1);
      assertThat(Events.id(right.lines().get(0))).isEqualTo("1");
      assertThat(right.requests().get(0).headers().get("idempotency-key"))
          .isEqualTo(wrong.requests().get(0).headers().get("idempotency-key"));
    }
  }

  @Test
  void whileAnEditWaitsForARequestInFlightItsDestinationIsNotOutOfService() throws Exception {
    try (HttpStub slow = HttpStub.start().hold()) {
      home.edit(
          PROPERTIES,
          "router.destination.eu-gb.type=archive",
          "router.destination.eu-gb.type=http\nrouter.destination.eu-gb.url=" + slow.url());
      live.start();
      home.give(Events.pull("uk.icr.io", 1));
      await().until(() -> !slow.requests().isEmpty());

      live.append("router.destination.eu-gb.linger=5ms");
      await().until(() -> !live.router().spools().log("eu-gb").isRead());

      assertThat(live.router().status().destinations())
          .filteredOn(destination -> destination.name().equals("eu-gb"))
          .singleElement()
          .extracting(Status.Destination::lastError)
          .isNull();
      assertThat(home.observe("health"))
          .contains("destination:eu-gb")
          .doesNotContain("no route reads");

      slow.release();
      live.awaitApplied(1);
      await().until(() -> live.router().spools().backlog() == 0);
    }
  }

  @Test
  void actionsRegistriesCutoffAndTokensTakeEffect() throws Exception {
    live.start();

    home.edit(
        "config/actions.yaml",
        "Pull an image from IBM Cloud Container Registry.",
        "Take an image.");
    home.edit("config/registries.yaml", "region: uk-south", "region: united-kingdom");
    home.edit(
        PROPERTIES,
        "router.access-trail.cutoff=2019-09-30",
        "router.access-trail.cutoff=2019-07-31");
    home.edit(PROPERTIES, "router.http.token=\n", "router.http.token=s3cret\n");
    live.awaitApplied(1);

    assertThat(live.send("activity-tracker", Events.pull("uk.icr.io", 1)).statusCode())
        .isEqualTo(401);
    assertThat(live.send("activity-tracker", Events.pull("uk.icr.io", 1), "s3cret").statusCode())
        .isEqualTo(202);
    assertThat(live.send("access-trail", Events.pull("uk.icr.io", 2), "s3cret").body())
        .isEqualTo("{\"accepted\":0,\"deadLettered\":1}");
    live.awaitArchived("eu-gb", "1");
    assertThat(home.archived("eu-gb").get(0))
        .contains("\"actionDescription\":\"Take an image.\"")
        .contains("\"registryRegion\":\"united-kingdom\"");
    assertThat(home.deadLetters().get(0)).contains("\"reason\":\"access-trail-retired\"");
  }

  @Test
  void aCopyOfWhatRunsThatCannotBeReplacedRefusesNoEditAndEndsNoRouter() throws Exception {
    live.start();
    Path copied = home.data().resolve("running/config");
    Files.createDirectories(directory.resolve(LONG_PATH));
    Path deep = directory.resolve(LONG_PATH.getName(0));
    Path unreachable = Files.createDirectories(copied.resolve(LONG_PATH)).resolve("deep");
    Files.move(deep, unreachable); // what has so long a path can be opened by nobody
    try {
      home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));
      live.awaitApplied(1);
      await().until(() -> warnings.said().size() == 1);
      live.router().close();
      live.start();
      home.give(Events.pull("uk.icr.io", 1));

      live.awaitArchived("eu-de", "1");
      assertThat(live.reload().problems()).isEmpty();
      assertThat(warnings.words())
          .filteredOn(NO_COPY::equals)
          .as("of the edit and of the start")
          .hasSize(2);
    } finally {
      Files.move(unreachable, deep);
    }
  }

  /** As when the settings of a new one are saved last. */
  @Test
  void thatADestinationWithoutSettingsArchivesIsSaid() throws Exception {
    live.start();
    int line = Files.readAllLines(directory.resolve(DELIVER)).size() + 1;
    routeToMadrid();
    live.awaitApplied(1);

    home.give(Events.pull("es.icr.io", 1));

    live.awaitArchived("eu-es", "1");
    assertThat(odd.said())
        .containsExactly(
            "problem=routes/50-deliver.camel.yaml:"
                + line
                + ": route deliver-eu-es: nothing is set for eu-es, so that its events are archived and"
                + " sent nowhere; write router.destination.eu-es.type=archive if that is meant,"
                + " else type=http and its url");
  }

  /** As when a release is unpacked over one's own settings. */
  @Test
  void thatWhatWaitsForALogServiceIsArchivedIsSaid() throws Exception {
    String shipped = Files.readString(directory.resolve(PROPERTIES));
    try (HttpStub down =
        HttpStub.start().answer(nCopies(10_000, 503).stream().mapToInt(i -> i).toArray())) {
      home.edit(
          PROPERTIES,
          "router.destination.eu-gb.type=archive",
          "router.destination.eu-gb.type=http\nrouter.destination.eu-gb.url=" + down.url());
      live.start();
      home.give(Events.pull("uk.icr.io", 1));
      await().until(() -> !down.requests().isEmpty());

      Files.writeString(directory.resolve(PROPERTIES), shipped);

      live.awaitArchived("eu-gb", "1");
      assertThat(edits.said()).containsExactly("destination=eu-gb events=1");
      assertThat(edits.words())
          .containsExactly("what waits for a log service goes to its archive from now on");
    }
  }

  @Test
  void whatComesBetweenTheCheckAndTheStartAndIsTakenBackDoesNotRun() throws Exception {
    RouterConfig checked = home.config();
    String before = Files.readString(directory.resolve(ROUTE));
    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));

    live.start(checked);
    Files.writeString(directory.resolve(ROUTE), before);
    home.give(Events.pull("uk.icr.io", 1));

    live.awaitArchived("eu-gb", "1");
  }

  @Test
  void editsAreNotLookedAtWhenThatIsSwitchedOff() throws Exception {
    home.set("router.reload.enabled", "false");
    live.start();
    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));

    home.give(Events.pull("uk.icr.io", 1));

    live.awaitArchived("eu-gb", "1");
    assertThat(live.reload().enabled()).isFalse();
    await() // that of a router before may be trying an edit out yet
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("reload"));
  }

  @Test
  void whatHoldsForAllRoutesMakesThemAllAnew() throws Exception {
    live.start();
    home.give(Events.pull("uk.icr.io", 1));
    Files.writeString(
        directory.resolve("routes/00-errors.camel.yaml"),
        "- routeConfiguration:\n    id: errors\n    errorHandler:\n      noErrorHandler: {}\n");
    live.awaitApplied(1);

    home.give(Events.pull("uk.icr.io", 2));

    live.awaitArchived("eu-gb", "1", "2");
  }

  @Test
  void anEditedTemplateMakesItsRoutesAnew() throws Exception {
    live.start();
    home.give(Events.pull("uk.icr.io", 1));
    home.edit(
        "routes/templates/destination.camel.yaml",
        "- process: { ref: archive }",
        "- log: { message: 'one slice' }\n                  - process: { ref: archive }");
    live.awaitApplied(1);

    home.give(Events.pull("uk.icr.io", 2));

    live.awaitArchived("eu-gb", "1", "2");
  }

  /** Nothing that comes in waits for it. */
  @Test
  @Timeout(60)
  void anEditWaitsForASourceOfSomebodysOwnBesideWhatIsTakenIn() throws Exception {
    home.set("router.drain-timeout", "10m");
    Path beat = directory.resolve("routes/95-beat.camel.yaml");
    Files.writeString(
        beat,
        """
        - route:
            id: beat
            from:
              uri: timer:beat?period=10
              steps:
              %s
        """
            .formatted(Held.STEP));
    Held.hold();
    live.start();
    try {
      Held.await();

      home.edit("routes/95-beat.camel.yaml", "period=10", "period=1000000");
      await().until(ReloadTest::stopsARoute);
      home.give(Events.pull("uk.icr.io", 1));

      live.awaitArchived("eu-gb", "1");
      assertThat(live.reload().applied()).isZero();
    } finally {
      Held.release();
    }
    live.awaitApplied(1);
  }

  private static boolean stopsARoute() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().equals("reload"))
        .flatMap(thread -> Arrays.stream(thread.getValue()))
        .anyMatch(frame -> frame.getMethodName().equals("stopRoute"));
  }

  @Test
  void filesAreReplacedByRenameAndBySymbolicLinks() throws Exception {
    // as a mounted ConfigMap: routes/x -> ..data/x, ..data -> ..1
    Path routes = directory.resolve("routes");
    Path first = Files.createDirectory(routes.resolve("..1"));
    Path link = Files.createSymbolicLink(routes.resolve("..data"), Path.of("..1"));
    Files.move(directory.resolve(ROUTE), first.resolve("40-route.camel.yaml"));
    Files.createSymbolicLink(directory.resolve(ROUTE), Path.of("..data/40-route.camel.yaml"));
    live.start();

    Path second = Files.createDirectory(routes.resolve("..2"));
    Files.writeString(
        second.resolve("40-route.camel.yaml"),
        Files.readString(first.resolve("40-route.camel.yaml"))
            .replace("spool:eu-gb", "spool:eu-de"));
    Files.createSymbolicLink(routes.resolve("..data_tmp"), Path.of("..2"));
    Files.move(routes.resolve("..data_tmp"), link, StandardCopyOption.ATOMIC_MOVE);
    live.awaitApplied(1);

    home.give(Events.pull("uk.icr.io", 1));
    live.awaitArchived("eu-de", "1");
  }

  @Test
  void anEditIsInForceAlsoWhenTheLogCannotFollowIt() throws Exception {
    ConsoleAppender<ILoggingEvent> broken =
        new ConsoleAppender<>() {
          @Override
          public Encoder<ILoggingEvent> getEncoder() {
            throw new IllegalStateException("no encoder");
          }
        };
    broken.setName("stderr");
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    Optional<Appender<ILoggingEvent>> stderr = Optional.ofNullable(root.getAppender("stderr"));
    stderr.ifPresent(root::detachAppender);
    root.addAppender(broken);
    try {
      live.start();

      home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));

      live.awaitApplied(1);
      home.give(Events.pull("uk.icr.io", 1));
      live.awaitArchived("eu-de", "1");
    } finally {
      root.detachAppender(broken);
      stderr.ifPresent(root::addAppender);
    }
  }

  @Test
  void aFileThatIsBeingReadGoesOnUnderTheEditedRoutes() throws Exception {
    live.start();
    StringBuilder events = new StringBuilder();
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      events.append(Events.pull("uk.icr.io", i)).append('\n');
    }
    home.drop("big.ndjson", events.toString());
    await().until(() -> live.router().balance().received() > 0);

    home.edit(
        "routes/20-prepare.camel.yaml",
        "- process: { ref: group }",
        "- process: { ref: group, description: same }");
    live.awaitApplied(1);

    await().until(() -> home.archived("eu-gb").size() >= count);
    List<Integer> ids =
        home.archived("eu-gb").stream().map(Events::id).map(Integer::valueOf).toList();
    assertThat(ids).containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
  }

  @Test
  void aDeliveryThatIsSwitchedOffIsNotStarted() throws Exception {
    Files.writeString(
        directory.resolve("routes/60-own.camel.yaml"),
        """
        - route:
            id: deliver-own
            autoStartup: false
            from: { uri: "spool:own", steps: [{ process: { ref: archive } }] }
        """);
    home.edit(
        ROUTE,
        "- to: spool:eu-de",
        "- multicast: { steps: [{ to: spool:own }, { to: spool:eu-de }] }");
    live.start();
    home.give(Events.pull("de.icr.io", 1));
    live.awaitArchived("eu-de", "1");
    assertThat(live.router().spools().backlogs()).containsEntry("own", 1L);

    home.edit("routes/60-own.camel.yaml", "autoStartup: false", "autoStartup: true");

    live.awaitArchived("own", "1");
  }
}
