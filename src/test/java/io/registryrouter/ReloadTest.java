package io.registryrouter;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.check.Check;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.intake.file.FileReading;
import io.registryrouter.observe.Status;
import io.registryrouter.reload.LiveRoutes;
import io.registryrouter.reload.Reloader;
import io.registryrouter.support.Certificates;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Edits of a running router: good ones take effect, bad ones change nothing. */
class ReloadTest {

  private static final String ROUTE = "routes/40-route.camel.yaml";
  private static final String DELIVER = "routes/50-deliver.camel.yaml";
  private static final String PROPERTIES = "config/application.properties";
  private static final String UK_TO_LONDON =
      "- simple: \"${header.registryDomain} == 'uk.icr.io'\"\n                steps:\n                  - to: spool:eu-gb";

  private static final String NO_COPY =
      "no copy of what runs could be kept; check --diff does not show this edit";

  /** More than half of what Linux allows. */
  private static final Path LONG_PATH = Path.of(String.join("/", nCopies(11, "d".repeat(200))));

  @RegisterExtension final Warnings warnings = new Warnings(Reloader.class);
  @RegisterExtension final Warnings edits = new Warnings(LiveRoutes.class);
  @RegisterExtension final Warnings odd = new Warnings(Check.class);

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path directory;
  private TestHome home;
  private Router router;

  @BeforeEach
  void copyTheShippedConfigurationWithoutItsRoutingTests() throws IOException {
    home = TestHome.in(directory);
    Files.deleteIfExists(directory.resolve("config/routing-tests.yaml"));
    Files.writeString(directory.resolve("config/routing-tests.yaml"), "[]\n");
  }

  @AfterEach
  void stop() {
    if (router != null) {
      router.close();
    }
  }

  @Test
  void anEditedRouteTakesEffectWithoutARestart() throws Exception {
    start();
    post(Events.pull("uk.icr.io", 1));

    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));
    awaitApplied(1);
    assertThat(RouterProcess.run(home, "status").out())
        .contains("\nthe last edit took effect at " + reload().appliedAt() + "\n");

    post(Events.pull("uk.icr.io", 2));
    awaitArchived("eu-de", "2");
    awaitArchived("eu-gb", "1");
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
    start();
    try (HttpStub madrid = HttpStub.start()) {
      append("router.destination.eu-es.type=http\nrouter.destination.eu-es.url=" + madrid.url());
      routeToMadrid();
      await()
          .untilAsserted(
              () -> {
                assertThat(reload().problems()).isEmpty();
                assertThat(router.spools().backlogs()).containsKey("eu-es");
              });

      post(Events.pull("es.icr.io", 1));

      await().until(() -> madrid.lines().size() == 1);
      assertThat(home.deadLetters()).isEmpty();
      assertThat(health()).contains("destination:eu-es");
    }
  }

  @Test
  void aDestinationThatIsTakenOutOfServiceIsNoTroubleAndGoesAtTheNextStart() throws Exception {
    String route = Files.readString(directory.resolve(ROUTE));
    String deliver = Files.readString(directory.resolve(DELIVER));
    routeToMadrid();
    String settings = Files.readString(directory.resolve(PROPERTIES));
    append("router.destination.eu-es.type=archive");
    start();
    post(Events.pull("es.icr.io", 1));
    awaitArchived("eu-es", "1");
    await().until(() -> router.spools().backlog() == 0);

    Files.writeString(directory.resolve(ROUTE), route);
    awaitApplied(1);
    Files.writeString(directory.resolve(DELIVER), deliver);
    awaitApplied(2);
    Files.writeString(directory.resolve(PROPERTIES), settings);
    awaitApplied(3);
    assertThat(router.status().destinations())
        .filteredOn(destination -> destination.name().equals("eu-es"))
        .singleElement()
        .extracting(Status.Destination::lastError)
        .isNull();
    assertThat(health()).contains("destination:eu-es").doesNotContain("no route reads");
    router.close();

    start();
    assertThat(health()).doesNotContain("eu-es");
    assertThat(directory.resolve("data/spool/eu-es")).doesNotExist();
    awaitArchived("eu-es", "1");
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
      start();
      post(Events.pull("uk.icr.io", 1));
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
      start();
      post(Events.pull("uk.icr.io", 1));
      await().until(() -> !slow.requests().isEmpty());

      append("router.destination.eu-gb.linger=5ms");
      await().until(() -> !router.spools().log("eu-gb").isRead());

      assertThat(router.status().destinations())
          .filteredOn(destination -> destination.name().equals("eu-gb"))
          .singleElement()
          .extracting(Status.Destination::lastError)
          .isNull();
      assertThat(health()).contains("destination:eu-gb").doesNotContain("no route reads");

      slow.release();
      awaitApplied(1);
      await().until(() -> router.spools().backlog() == 0);
    }
  }

  @Test
  void actionsRegistriesCutoffAndTokensTakeEffect() throws Exception {
    start();

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
    awaitApplied(1);

    assertThat(send("activity-tracker", Events.pull("uk.icr.io", 1), null).statusCode())
        .isEqualTo(401);
    assertThat(send("activity-tracker", Events.pull("uk.icr.io", 1), "s3cret").statusCode())
        .isEqualTo(202);
    assertThat(send("access-trail", Events.pull("uk.icr.io", 2), "s3cret").body())
        .isEqualTo("{\"accepted\":0,\"deadLettered\":1}");
    awaitArchived("eu-gb", "1");
    assertThat(home.archived("eu-gb").get(0))
        .contains("\"actionDescription\":\"Take an image.\"")
        .contains("\"registryRegion\":\"united-kingdom\"");
    assertThat(home.deadLetters().get(0)).contains("\"reason\":\"access-trail-retired\"");
  }

  @ParameterizedTest
  @CsvSource({
    "broken YAML, routes/40-route.camel.yaml, steps:, 'steps: ['",
    "unknown EIP, routes/40-route.camel.yaml, '- to: spool:eu-gb', '- too: spool:eu-gb'",
    "undefined endpoint, routes/40-route.camel.yaml, spool:eu-gb, spool:eu-bg",
    "broken template, routes/templates/destination.camel.yaml, 'ref: archive', 'ref: achive'",
    "wrong unit, config/application.properties, router.drain-timeout=20s, router.drain-timeout=20",
    "unknown key, config/actions.yaml, 'actions:', 'action:'"
  })
  void aBadEditChangesNothingUntilItIsMended(String what, String file, String good, String bad)
      throws Exception {
    start();
    String before = Files.readString(directory.resolve(file));

    home.edit(file, good, bad);

    await().until(() -> reload().refused() == 1);
    assertThat(reload().problems())
        .as(what)
        .isNotEmpty()
        .allMatch(problem -> problem.startsWith(file) || problem.startsWith("routes/50"));
    assertThat(health())
        .contains(
            "degraded: an edit was refused at "
                + reload().refusedAt()
                + ", what ran before runs on; `router status` says why")
        .contains("\"status\":\"UP\"");
    if (what.equals("unknown EIP") || what.equals("unknown key")) {
      assertThat(RouterProcess.run(home, "status").out())
          .contains("an edit was refused at ")
          .contains("runs on:\n  " + reload().problems().get(0) + "\n");
    }
    post(Events.pull("uk.icr.io", 1));
    awaitArchived("eu-gb", "1");

    Files.writeString(directory.resolve(file), before);

    await().until(() -> reload().problems().isEmpty());
    assertThat(health()).doesNotContain("degraded: an edit");
    assertThat(reload().applied()).isZero();
  }

  @Test
  void aCopyOfWhatRunsThatCannotBeReplacedRefusesNoEditAndEndsNoRouter() throws Exception {
    start();
    Path copied = home.data().resolve("running/config");
    Files.createDirectories(directory.resolve(LONG_PATH));
    Path deep = directory.resolve(LONG_PATH.getName(0));
    Path unreachable = Files.createDirectories(copied.resolve(LONG_PATH)).resolve("deep");
    Files.move(deep, unreachable); // what has so long a path can be opened by nobody
    try {
      home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));
      awaitApplied(1);
      await().until(() -> warnings.said().size() == 1);
      router.close();
      start();
      post(Events.pull("uk.icr.io", 1));

      awaitArchived("eu-de", "1");
      assertThat(reload().problems()).isEmpty();
      assertThat(warnings.words())
          .filteredOn(NO_COPY::equals)
          .as("of the edit and of the start")
          .hasSize(2);
    } finally {
      Files.move(unreachable, deep);
    }
  }

  @Test
  void aFileThatWasCutOffTurnsNoLogServiceIntoAnArchive() throws Exception {
    Path settings = directory.resolve("config/application.properties");
    try (HttpStub stub = HttpStub.start()) {
      home.edit(
          "config/application.properties",
          "router.destination.eu-gb.type=archive",
          "router.destination.eu-gb.type=http\nrouter.destination.eu-gb.url=" + stub.url());
      start();
      String before = Files.readString(settings);

      Files.writeString(settings, "");
      await().until(() -> reload().problems().size() == 1);
      assertThat(reload().problems())
          .containsExactly(
              "config/application.properties: is empty; restore it, or restart the router if that is"
                  + " meant");

      Files.writeString(settings, before.substring(0, before.indexOf("router.destination.")));
      await().until(() -> reload().refused() == 2);
      assertThat(reload().problems())
          .containsExactly(
              "config/application.properties: router.destination.eu-gb.type: is gone, and so is the"
                  + " address that events are sent to; write router.destination.eu-gb.type=archive"
                  + " if they are to be archived, or restart the router");
      post(Events.pull("uk.icr.io", 1));
      await().until(() -> stub.lines().size() == 1);

      Files.writeString(settings, before);
      await().until(() -> reload().problems().isEmpty());
    }
  }

  @Test
  void aFileThatWasCutOffOpensTheDoorToNobody() throws Exception {
    String shipped = Files.readString(directory.resolve(PROPERTIES));
    append("router.http.tokens.registry=s3cret");
    start();

    Files.writeString(directory.resolve(PROPERTIES), shipped);
    await().until(() -> reload().problems().size() == 1);

    assertThat(reload().problems())
        .containsExactly(
            "config/application.properties: router.http.tokens.registry: is gone, and no other token is"
                + " set; write router.http.allow-anonymous=true if nobody is to be asked for one, or"
                + " restart the router");
    assertThat(send("activity-tracker", Events.pull("uk.icr.io", 1), null).statusCode())
        .isEqualTo(401);

    home.edit(PROPERTIES, "router.http.allow-anonymous=false", "router.http.allow-anonymous=true");
    awaitApplied(1);
    assertThat(send("activity-tracker", Events.pull("uk.icr.io", 1), null).statusCode())
        .isEqualTo(202);
  }

  /** TLS cannot come before a restart, and its client certificates with it. */
  @Test
  void certificatesThatTakeTheTokensPlaceDoNotDoSoWhileItRuns() throws Exception {
    Certificates ca = Certificates.in(directory.resolve("tls"));
    Certificates.Identity door = ca.issue("door", Certificates.LOOPBACK, 2);
    home.edit(PROPERTIES, "router.http.token=\n", "router.http.token=s3cret\n");
    start();
    home.edit(PROPERTIES, "router.http.token=s3cret\n", "router.http.token=\n");
    append("router.http.tls.certificate=" + door.certificate());
    append("router.http.tls.key=" + door.key());
    append("router.http.tls.client-ca=" + ca.ca());
    await().until(() -> !reload().problems().isEmpty());

    assertThat(send("activity-tracker", Events.pull("uk.icr.io", 1), null).statusCode())
        .isEqualTo(401);
  }

  /** As when the settings of a new one are saved last. */
  @Test
  void thatADestinationWithoutSettingsArchivesIsSaid() throws Exception {
    start();
    int line = Files.readAllLines(directory.resolve(DELIVER)).size() + 1;
    routeToMadrid();
    awaitApplied(1);

    post(Events.pull("es.icr.io", 1));

    awaitArchived("eu-es", "1");
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
      start();
      post(Events.pull("uk.icr.io", 1));
      await().until(() -> !down.requests().isEmpty());

      Files.writeString(directory.resolve(PROPERTIES), shipped);

      awaitArchived("eu-gb", "1");
      assertThat(edits.said()).containsExactly("destination=eu-gb events=1");
      assertThat(edits.words())
          .containsExactly("what waits for a log service goes to its archive from now on");
    }
  }

  @Test
  void whatIsRefusedIsNotRunWhenItComesBetweenTheCheckAndTheStart() throws Exception {
    RouterConfig checked = home.config();
    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON + "\n                  - to: spool:eu-gb");

    router = Router.daemon(checked, Clock.systemUTC());

    await().until(() -> reload().refused() == 1);
    post(Events.pull("uk.icr.io", 1));
    await().until(() -> router.balance().delivered() == 1);
    assertThat(home.archived("eu-gb").stream().map(Events::id)).containsExactly("1");
    assertThat(router.balance().copied()).isZero();
  }

  @Test
  void whatComesBetweenTheCheckAndTheStartAndIsTakenBackDoesNotRun() throws Exception {
    RouterConfig checked = home.config();
    String before = Files.readString(directory.resolve(ROUTE));
    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));

    router = Router.daemon(checked, Clock.systemUTC());
    Files.writeString(directory.resolve(ROUTE), before);
    post(Events.pull("uk.icr.io", 1));

    awaitArchived("eu-gb", "1");
  }

  @Test
  void editsAreNotLookedAtWhenThatIsSwitchedOff() throws Exception {
    home.set("router.reload.enabled", "false");
    start();
    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));

    post(Events.pull("uk.icr.io", 1));

    awaitArchived("eu-gb", "1");
    assertThat(reload().enabled()).isFalse();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("reload");
  }

  @Test
  void whatHoldsForAllRoutesMakesThemAllAnew() throws Exception {
    start();
    post(Events.pull("uk.icr.io", 1));
    Files.writeString(
        directory.resolve("routes/00-errors.camel.yaml"),
        "- routeConfiguration:\n    id: errors\n    errorHandler:\n      noErrorHandler: {}\n");
    awaitApplied(1);

    post(Events.pull("uk.icr.io", 2));

    awaitArchived("eu-gb", "1", "2");
  }

  @Test
  void aBeanIsAnotherUnderAnotherNameOnly() throws Exception {
    String bean = "- beans: [{ name: %s, type: java.lang.String, constructors: { '0': %s } }]\n";
    String use = UK_TO_LONDON.replace("to: spool:eu-gb", "toD: 'spool:${bean:%s?method=toString}'");
    Path beans = directory.resolve("routes/60-own.camel.yaml");
    Files.writeString(beans, String.format(bean, "london", "eu-gb"));
    home.edit(ROUTE, UK_TO_LONDON, String.format(use, "london"));
    start();

    post(Events.pull("uk.icr.io", 1));

    String used = Files.readString(directory.resolve(ROUTE));
    Files.writeString(
        directory.resolve(ROUTE), used.replace("${bean:london?method=toString}", "eu-gb"));
    Files.delete(beans);
    awaitApplied(1); // it is remembered all the same
    Files.writeString(directory.resolve(ROUTE), used);
    Files.writeString(beans, String.format(bean, "london", "eu-de"));
    await()
        .untilAsserted(
            () ->
                assertThat(reload().problems())
                    .containsExactly(
                        "routes/60-own.camel.yaml:1: london: a bean cannot change while the router"
                            + " runs, for expressions keep the one that they found; give it another"
                            + " name, or restart the router"));

    Files.writeString(beans, String.format(bean, "frankfurt", "eu-de"));
    home.edit(ROUTE, "bean:london", "bean:frankfurt");
    await().untilAsserted(() -> assertThat(reload().problems()).isEmpty());
    post(Events.pull("uk.icr.io", 2));

    awaitArchived("eu-gb", "1");
    awaitArchived("eu-de", "2");
  }

  @Test
  void anEditedTemplateMakesItsRoutesAnew() throws Exception {
    start();
    post(Events.pull("uk.icr.io", 1));
    home.edit(
        "routes/templates/destination.camel.yaml",
        "- process: { ref: archive }",
        "- log: { message: 'one slice' }\n                  - process: { ref: archive }");
    awaitApplied(1);

    post(Events.pull("uk.icr.io", 2));

    awaitArchived("eu-gb", "1", "2");
  }

  @Test
  void filesAreReplacedByRenameAndBySymbolicLinks() throws Exception {
    // as a mounted ConfigMap: routes/x -> ..data/x, ..data -> ..1
    Path routes = directory.resolve("routes");
    Path first = Files.createDirectory(routes.resolve("..1"));
    Path link = Files.createSymbolicLink(routes.resolve("..data"), Path.of("..1"));
    Files.move(directory.resolve(ROUTE), first.resolve("40-route.camel.yaml"));
    Files.createSymbolicLink(directory.resolve(ROUTE), Path.of("..data/40-route.camel.yaml"));
    start();

    Path second = Files.createDirectory(routes.resolve("..2"));
    Files.writeString(
        second.resolve("40-route.camel.yaml"),
        Files.readString(first.resolve("40-route.camel.yaml"))
            .replace("spool:eu-gb", "spool:eu-de"));
    Files.createSymbolicLink(routes.resolve("..data_tmp"), Path.of("..2"));
    Files.move(routes.resolve("..data_tmp"), link, StandardCopyOption.ATOMIC_MOVE);
    awaitApplied(1);

    post(Events.pull("uk.icr.io", 1));
    awaitArchived("eu-de", "1");
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
      start();

      home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));

      awaitApplied(1);
      post(Events.pull("uk.icr.io", 1));
      awaitArchived("eu-de", "1");
    } finally {
      root.detachAppender(broken);
      stderr.ifPresent(root::addAppender);
    }
  }

  @Test
  void settingsThatCannotChangeSaySoAndKeepTheirValue() throws Exception {
    start();

    home.edit(PROPERTIES, "router.data-dir=data", "router.data-dir=elsewhere");
    home.edit(PROPERTIES, "router.dedupe.window=0s", "router.dedupe.window=1h");
    awaitApplied(1);

    assertThat(reload().waiting()).containsExactly("router.data-dir");
    assertThat(reload().problems()).isEmpty();
    post(Events.pull("uk.icr.io", 1));
    post(Events.pull("uk.icr.io", 1));
    awaitArchived("eu-gb", "1");
    assertThat(router.balance().suppressed()).isEqualTo(1);
    assertThat(directory.resolve("elsewhere")).doesNotExist();
  }

  @Test
  void aFileThatIsBeingReadGoesOnUnderTheEditedRoutes() throws Exception {
    start();
    StringBuilder events = new StringBuilder();
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      events.append(Events.pull("uk.icr.io", i)).append('\n');
    }
    home.drop("big.ndjson", events.toString());
    await().until(() -> router.balance().received() > 0);

    home.edit(
        "routes/20-prepare.camel.yaml",
        "- process: { ref: group }",
        "- process: { ref: group, description: same }");
    awaitApplied(1);

    await().until(() -> home.archived("eu-gb").size() >= count);
    List<Integer> ids =
        home.archived("eu-gb").stream().map(Events::id).map(Integer::valueOf).toList();
    assertThat(ids).containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
  }

  /** With a second reader its event would come twice. */
  @Test
  @Timeout(120)
  void anEditIsPutOffUntilAFileThatCannotBeBrokenOffHasEnded() throws Exception {
    home.set("router.drain-timeout", "1s");
    String brake = "- process: { ref: \"#class:" + Brake.class.getName() + "\" }\n        ";
    home.edit(
        "routes/20-prepare.camel.yaml",
        "- process: { ref: group }",
        brake + "- process: { ref: group }");
    start();
    Brake.reached = new CountDownLatch(1);
    Brake.on = new CountDownLatch(1);
    home.drop("one.ndjson", Events.pull("uk.icr.io", 1));
    Brake.reached.await();

    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));
    await()
        .untilAsserted(
            () ->
                assertThat(reload().problems())
                    .singleElement()
                    .asString()
                    .contains("route intake-file-activity-tracker does not stop within 1 s"));
    Brake.on.countDown();

    awaitApplied(1);
    home.drop("two.ndjson", Events.pull("uk.icr.io", 2));
    awaitArchived("eu-de", "2");
    awaitArchived("eu-gb", "1");
  }

  @Test
  void anEditThatCanNeitherBeMadeNorTakenBackIsNoQuietRefusal() throws Exception {
    String fragile = "- process: { ref: \"#class:" + Fragile.class.getName() + "\" }\n        ";
    home.edit(
        "routes/20-prepare.camel.yaml",
        "- process: { ref: group }",
        fragile + "- process: { ref: group }");
    start();
    Fragile.broken = true;

    home.edit(
        "routes/20-prepare.camel.yaml",
        "- process: { ref: group }",
        "- process: { ref: group, description: same }");
    await().until(() -> reload().lost());

    assertThat(health())
        .contains("some routes are gone since " + reload().refusedAt() + "; restart the router")
        .contains("\"status\":\"DOWN\"");
    assertThat(RouterProcess.run(home, "status").out())
        .contains(
            "and some routes are gone with it:\n  config/, routes/: the routes that ran could not be"
                + " restored; restart the router\n");
  }

  /** Can at last be made no more, but where it is only tried out. */
  public static final class Fragile implements Processor, CamelContextAware {

    private static volatile boolean broken;
    private CamelContext context;

    @Override
    public void setCamelContext(CamelContext context) {
      if (broken && context.getRegistry().lookupByName("nothingSent") == null) {
        throw new IllegalStateException("broken");
      }
      this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
      return context;
    }

    @Override
    public void process(Exchange exchange) {}
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
    start();
    post(Events.pull("de.icr.io", 1));
    awaitArchived("eu-de", "1");
    assertThat(router.spools().backlogs()).containsEntry("own", 1L);

    home.edit("routes/60-own.camel.yaml", "autoStartup: false", "autoStartup: true");

    awaitArchived("own", "1");
  }

  /** Holds a file's batch; what is only tried out passes. */
  public static final class Brake implements Processor {

    private static volatile CountDownLatch reached = new CountDownLatch(0);
    private static volatile CountDownLatch on = new CountDownLatch(0);

    @Override
    public void process(Exchange exchange) throws InterruptedException {
      if (exchange.getProperty(FileReading.PROPERTY) != null) {
        reached.countDown();
        on.await();
      }
    }
  }

  private void start() throws IOException {
    router = Router.daemon(home.config(), Clock.systemUTC());
  }

  private void append(String settings) throws IOException {
    Path file = directory.resolve(PROPERTIES);
    Files.writeString(file, Files.readString(file) + settings + "\n");
  }

  private Status.Reload reload() {
    return router.status().reload();
  }

  private void awaitApplied(int edits) {
    await()
        .untilAsserted(
            () -> {
              assertThat(reload().problems()).isEmpty();
              assertThat(reload().applied()).isEqualTo(edits);
            });
  }

  private void awaitArchived(String destination, String... ids) {
    await()
        .untilAsserted(
            () ->
                assertThat(home.archived(destination).stream().map(Events::id))
                    .containsExactly(ids));
  }

  private void post(String event) throws Exception {
    assertThat(send("activity-tracker", event, null).statusCode()).isEqualTo(202);
  }

  private HttpResponse<String> send(String path, String event, String token) throws Exception {
    URI door = URI.create("http://" + home.address("http") + "/v1/" + path + "/events");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(door)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(event));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private String health() throws Exception {
    URI health = URI.create("http://" + home.address("management") + "/observe/health");
    JsonNode answer =
        new ObjectMapper()
            .readTree(
                client
                    .send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString())
                    .body());
    return answer.toString();
  }
}
