package io.registryrouter;

import static io.registryrouter.support.LiveRouter.PROPERTIES;
import static io.registryrouter.support.LiveRouter.ROUTE;
import static io.registryrouter.support.LiveRouter.UK_TO_LONDON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.intake.file.FileReading;
import io.registryrouter.support.Certificates;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.LiveRouter;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Service;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Edits that do not take effect, or not as a whole: what ran before runs on, and says why. */
class RefusedEditTest {

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
    live.start();
    String before = Files.readString(directory.resolve(file));

    home.edit(file, good, bad);

    await().until(() -> live.reload().refused() == 1);
    assertThat(live.reload().problems())
        .as(what)
        .isNotEmpty()
        .allMatch(problem -> problem.startsWith(file) || problem.startsWith("routes/50"));
    assertThat(home.observe("health"))
        .contains(
            "degraded: an edit was refused at "
                + live.reload().refusedAt()
                + ", what ran before runs on; `router status` says why")
        .contains("\"status\":\"UP\"");
    if (what.equals("unknown EIP") || what.equals("unknown key")) {
      assertThat(RouterProcess.run(home, "status").out())
          .contains("an edit was refused at ")
          .contains("runs on:\n  " + live.reload().problems().get(0) + "\n");
    }
    home.give(Events.pull("uk.icr.io", 1));
    live.awaitArchived("eu-gb", "1");

    Files.writeString(directory.resolve(file), before);

    await().until(() -> live.reload().problems().isEmpty());
    assertThat(home.observe("health")).doesNotContain("degraded: an edit");
    assertThat(live.reload().applied()).isZero();
  }

  @Test
  void aFileThatWasCutOffTurnsNoLogServiceIntoAnArchive() throws Exception {
    Path settings = directory.resolve("config/application.properties");
    try (HttpStub stub = HttpStub.start()) {
      home.edit(
          "config/application.properties",
          "router.destination.eu-gb.type=archive",
          "router.destination.eu-gb.type=http\nrouter.destination.eu-gb.url=" + stub.url());
      live.start();
      String before = Files.readString(settings);

      Files.writeString(settings, "");
      await().until(() -> live.reload().problems().size() == 1);
      assertThat(live.reload().problems())
          .containsExactly(
              "config/application.properties: is empty; restore it, or restart the router if that is"
                  + " meant");

      Files.writeString(settings, before.substring(0, before.indexOf("router.destination.")));
      await().until(() -> live.reload().refused() == 2);
      assertThat(live.reload().problems())
          .containsExactly(
              "config/application.properties: router.destination.eu-gb.type: is gone, and so is the"
                  + " address that events are sent to; write router.destination.eu-gb.type=archive"
                  + " if they are to be archived, or restart the router");
      home.give(Events.pull("uk.icr.io", 1));
      await().until(() -> stub.lines().size() == 1);

      Files.writeString(settings, before);
      await().until(() -> live.reload().problems().isEmpty());
    }
  }

  @Test
  void aFileThatWasCutOffOpensTheDoorToNobody() throws Exception {
    String shipped = Files.readString(directory.resolve(PROPERTIES));
    live.append("router.http.tokens.registry=s3cret");
    live.start();

    Files.writeString(directory.resolve(PROPERTIES), shipped);
    await().until(() -> live.reload().problems().size() == 1);

    assertThat(live.reload().problems())
        .containsExactly(
            "config/application.properties: router.http.tokens.registry: is gone, and no other token is"
                + " set; write router.http.allow-anonymous=true if nobody is to be asked for one, or"
                + " restart the router");
    assertThat(live.send("activity-tracker", Events.pull("uk.icr.io", 1)).statusCode())
        .isEqualTo(401);

    home.edit(PROPERTIES, "router.http.allow-anonymous=false", "router.http.allow-anonymous=true");
    live.awaitApplied(1);
    assertThat(live.send("activity-tracker", Events.pull("uk.icr.io", 1)).statusCode())
        .isEqualTo(202);
  }

  /** TLS cannot come before a restart, and its client certificates with it. */
  @Test
  void certificatesThatTakeTheTokensPlaceDoNotDoSoWhileItRuns() throws Exception {
    Certificates ca = Certificates.in(directory.resolve("tls"));
    Certificates.Identity door = ca.issue("door", Certificates.LOOPBACK, 2);
    home.edit(PROPERTIES, "router.http.token=\n", "router.http.token=s3cret\n");
    live.start();
    home.edit(PROPERTIES, "router.http.token=s3cret\n", "router.http.token=\n");
    live.append("router.http.tls.certificate=" + door.certificate());
    live.append("router.http.tls.key=" + door.key());
    live.append("router.http.tls.client-ca=" + ca.ca());
    await().until(() -> !live.reload().problems().isEmpty());

    assertThat(live.send("activity-tracker", Events.pull("uk.icr.io", 1)).statusCode())
        .isEqualTo(401);
  }

  @Test
  void whatIsRefusedIsNotRunWhenItComesBetweenTheCheckAndTheStart() throws Exception {
    RouterConfig checked = home.config();
    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON + "\n                  - to: spool:eu-gb");

    live.start(checked);

    await().until(() -> live.reload().refused() == 1);
    home.give(Events.pull("uk.icr.io", 1));
    await().until(() -> live.router().balance().delivered() == 1);
    assertThat(home.archived("eu-gb").stream().map(Events::id)).containsExactly("1");
    assertThat(live.router().balance().copied()).isZero();
  }

  @Test
  void aBeanIsAnotherUnderAnotherNameOnly() throws Exception {
    String bean = "- beans: [{ name: %s, type: java.lang.String, constructors: { '0': %s } }]\n";
    String use = UK_TO_LONDON.replace("to: spool:eu-gb", "toD: 'spool:${bean:%s?method=toString}'");
    Path beans = directory.resolve("routes/60-own.camel.yaml");
    Files.writeString(beans, String.format(bean, "london", "eu-gb"));
    home.edit(ROUTE, UK_TO_LONDON, String.format(use, "london"));
    live.start();

    home.give(Events.pull("uk.icr.io", 1));

    String used = Files.readString(directory.resolve(ROUTE));
    Files.writeString(
        directory.resolve(ROUTE), used.replace("${bean:london?method=toString}", "eu-gb"));
    Files.delete(beans);
    live.awaitApplied(1); // it is remembered all the same
    Files.writeString(directory.resolve(ROUTE), used);
    Files.writeString(beans, String.format(bean, "london", "eu-de"));
    await()
        .untilAsserted(
            () ->
                assertThat(live.reload().problems())
                    .containsExactly(
                        "routes/60-own.camel.yaml:1: london: a bean cannot change while the router"
                            + " runs, for expressions keep the one that they found; give it another"
                            + " name, or restart the router"));

    Files.writeString(beans, String.format(bean, "frankfurt", "eu-de"));
    home.edit(ROUTE, "bean:london", "bean:frankfurt");
    await().untilAsserted(() -> assertThat(live.reload().problems()).isEmpty());
    home.give(Events.pull("uk.icr.io", 2));

    live.awaitArchived("eu-gb", "1");
    live.awaitArchived("eu-de", "2");
  }

  @Test
  void settingsThatCannotChangeSaySoAndKeepTheirValue() throws Exception {
    live.start();

    home.edit(PROPERTIES, "router.data-dir=data", "router.data-dir=elsewhere");
    home.edit(PROPERTIES, "router.dedupe.window=0s", "router.dedupe.window=1h");
    live.awaitApplied(1);

    assertThat(live.reload().waiting()).containsExactly("router.data-dir");
    assertThat(live.reload().problems()).isEmpty();
    home.give(Events.pull("uk.icr.io", 1));
    home.give(Events.pull("uk.icr.io", 1));
    live.awaitArchived("eu-gb", "1");
    assertThat(live.router().balance().suppressed()).isEqualTo(1);
    assertThat(directory.resolve("elsewhere")).doesNotExist();
  }

  /** So that one that is being read ends when it is let go on, and not by being broken off. */
  private void brakeFiles() throws IOException {
    home.set("router.drain-timeout", "1s");
    beforeGroup(Brake.class);
  }

  private void beforeGroup(Class<?> processor) throws IOException {
    home.edit(
        "routes/20-prepare.camel.yaml",
        "- process: { ref: group }",
        process(processor) + "\n        - process: { ref: group }");
  }

  /** Until {@code Brake.on} is counted down. */
  private void holdAFile() throws Exception {
    Brake.reached = new CountDownLatch(1);
    Brake.on = new CountDownLatch(1);
    home.drop("one.ndjson", Events.pull("uk.icr.io", 1));
    Brake.reached.await();
  }

  /** With a second reader its event would come twice. */
  @Test
  @Timeout(120)
  void anEditIsPutOffUntilAFileThatCannotBeBrokenOffHasEnded() throws Exception {
    brakeFiles();
    live.start();
    holdAFile();

    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));
    await()
        .untilAsserted(
            () ->
                assertThat(live.reload().problems())
                    .singleElement()
                    .asString()
                    .contains("route intake-file-activity-tracker does not stop within 1 s"));
    Brake.on.countDown();

    live.awaitApplied(1);
    home.drop("two.ndjson", Events.pull("uk.icr.io", 2));
    live.awaitArchived("eu-de", "2");
    live.awaitArchived("eu-gb", "1");
  }

  /** Nothing was stopped for it, so that nothing has to be restored. */
  @Test
  void anEditWhileTheSpoolCannotBeLookedAtIsMadeOnceItCan() throws Exception {
    live.start();
    Path spool = home.data().resolve("spool");
    Path away = Files.move(spool, directory.resolve("away"));

    live.append("router.destination.eu-gb.linger=3ms");
    await().until(() -> live.reload().refused() == 1);
    assertThat(live.reload().problems())
        .containsExactly("config/, routes/: cannot be taken: " + spool + ": no such file");
    assertThat(live.reload().lost()).isFalse();
    Files.move(away, spool);

    live.awaitApplied(1);
    home.give(Events.pull("uk.icr.io", 1));
    live.awaitArchived("eu-gb", "1");
  }

  @Test
  void anEditThatCanNeitherBeMadeNorTakenBackIsNoQuietRefusal() throws Exception {
    beforeGroup(Fragile.class);
    live.start();
    Fragile.broken = true;

    home.edit(
        "routes/20-prepare.camel.yaml",
        "- process: { ref: group }",
        "- process: { ref: group, description: same }");
    try {
      await().until(() -> live.reload().lost());
    } finally {
      Fragile.broken = false;
    }

    assertThat(home.observe("health"))
        .contains(
            "some routes are gone since " + live.reload().refusedAt() + "; restart the router")
        .contains("\"status\":\"DOWN\"");
    assertThat(RouterProcess.run(home, "status").out())
        .contains(
            "and some routes are gone with it:\n  config/, routes/: the routes that ran could not be"
                + " restored; restart the router\n");
  }

  /** Deliveries end before the file is asked to, and then do not begin again. */
  @Test
  @Timeout(120)
  void whatWasStoppedForAnEditThatIsPutOffAndDoesNotStartAgainIsNoQuietRefusal() throws Exception {
    brakeFiles();
    String archive = "- process: { ref: archive }";
    home.edit(
        "routes/templates/destination.camel.yaml",
        archive,
        process(Fragile.class) + "\n                  " + archive);
    live.start();
    holdAFile();
    home.edit(ROUTE, UK_TO_LONDON, UK_TO_LONDON.replace("eu-gb", "eu-de"));
    await().until(() -> live.reload().problems().size() == 1);
    assertThat(live.reload().lost()).isFalse();
    Fragile.broken = true;

    home.edit(
        "routes/templates/destination.camel.yaml",
        archive,
        "- process: { ref: archive, description: same }");
    try {
      await().until(() -> live.reload().lost());
    } finally {
      Fragile.broken = false;
      Brake.on.countDown();
    }

    assertThat(live.reload().problems())
        .containsExactly(
            "config/, routes/: the routes that ran could not be restored; restart the router");
  }

  private static String process(Class<?> processor) {
    return "- process: { ref: \"#class:" + processor.getName() + "\" }";
  }

  /** Can at last be made and started no more, but where it is only tried out. */
  public static final class Fragile implements Processor, Service, CamelContextAware {

    private static volatile boolean broken;
    private CamelContext context;

    @Override
    public void setCamelContext(CamelContext context) {
      this.context = context;
      start();
    }

    @Override
    public void start() {
      if (broken && context.getRegistry().lookupByName("nothingSent") == null) {
        throw new IllegalStateException("broken");
      }
    }

    @Override
    public void stop() {}

    @Override
    public CamelContext getCamelContext() {
      return context;
    }

    @Override
    public void process(Exchange exchange) {}
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
}
