package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.check.Check;
import io.registryrouter.check.Rehearsal;
import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.Framing;
import io.registryrouter.support.Events;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real routes, from disk, with sending taken out. */
class ContentBasedRouterTest {

  private static final String BEFORE = "2019-08-15T12:00:00.00+0000";
  private static final String AFTER = "2019-10-01T00:00:00.00+0000";

  private static Rehearsal shipped;

  @TempDir private Path directory;

  @BeforeAll
  static void loadTheShippedRoutes() {
    RouterConfig config = RouterConfig.load(TestHome.CHECKOUT, Map.of(), Map.of());
    shipped = Rehearsal.load(config, Clock.systemUTC());
  }

  @AfterAll
  static void close() {
    shipped.close();
  }

  @ParameterizedTest
  @CsvSource({
    // tables 2 and 3 of the document: registry domain, location of events
    "us.icr.io, us-south",
    "de.icr.io, eu-de",
    "uk.icr.io, eu-gb",
    "au.icr.io, jp-tok",
    "jp.icr.io, jp-tok",
    "icr.io, us-south",
    // other names of the same registries
    "private.us.icr.io, us-south",
    "private.de.icr.io, eu-de",
    "private.uk.icr.io, eu-gb",
    "private.au.icr.io, jp-tok",
    "private.jp.icr.io, jp-tok",
    "private.icr.io, us-south",
    "registry.bluemix.net, us-south",
    "registry.ng.bluemix.net, us-south",
    "registry.eu-de.bluemix.net, eu-de",
    "registry.eu-gb.bluemix.net, eu-gb",
    "registry.au-syd.bluemix.net, jp-tok",
    "US.ICR.IO:443, us-south",
  })
  void activityTrackerEventsGoWhereTheTableSays(String domain, String destination)
      throws IOException {
    Rehearsal.Result result = send(EventPath.ACTIVITY_TRACKER, Events.at(AFTER, domain, 1));

    assertThat(result.destinations()).containsExactly(destination);
    assertThat(result.deadLetters()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "us.icr.io, access-trail-us-south",
    "de.icr.io, access-trail-eu-central",
    "uk.icr.io, access-trail-uk-south",
    "au.icr.io, access-trail-ap-south",
    "jp.icr.io, access-trail-ap-south",
    "icr.io, access-trail-us-south",
    "registry.au-syd.bluemix.net, access-trail-ap-south",
    "private.jp.icr.io, access-trail-ap-south",
  })
  void accessTrailEventsGoWhereTheDocumentSays(String domain, String destination)
      throws IOException {
    Rehearsal.Result result = send(EventPath.ACCESS_TRAIL, Events.at(BEFORE, domain, 1));

    assertThat(result.destinations()).containsExactly(destination);
    assertThat(result.deadLetters()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2019-09-30T23:59:59.99+0000, access-trail-us-south",
    "2019-10-01T01:30:00.00+0200, access-trail-us-south",
    "2019-10-01T00:00:00.00+0000, access-trail-retired",
    "2019-09-30T23:00:00.00-0100, access-trail-retired",
    "2026-01-01T00:00:00Z, access-trail-retired",
    "yesterday, invalid-event-time",
    "2019-09-30T23:59:59, invalid-event-time",
  })
  void theCutoffIsTheEndOfItsDayInUtc(String eventTime, String door) throws IOException {
    Rehearsal.Result result = send(EventPath.ACCESS_TRAIL, Events.at(eventTime, "us.icr.io", 1));

    assertThat(doors(result)).containsExactly(door);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca", "ca2", "br", "es", "in", "in2", "jp2"})
  void newRegistriesAreKnownButNotRouted(String name) throws IOException {
    String domain = name + ".icr.io";

    Rehearsal.Result result = send(EventPath.ACTIVITY_TRACKER, Events.pull(domain, 1));
    Rehearsal.Result privately =
        send(EventPath.ACTIVITY_TRACKER, Events.pull("private." + domain, 1));
    Rehearsal.Result accessTrail = send(EventPath.ACCESS_TRAIL, Events.pull(domain, 1));

    assertThat(doors(result)).containsExactly("no-route");
    assertThat(doors(privately)).containsExactly("no-route");
    assertThat(doors(accessTrail)).containsExactly("no-route");
    assertThat(result.deadLetters().get(0).detail())
        .isEqualTo(
            domain
                + " is known but not routed: add a `when` for it to the activity-tracker choice in"
                + " routes/40-route.camel.yaml, its destination to routes/50-deliver.camel.yaml,"
                + " and see `routed` in config/registries.yaml");
  }

  @Test
  void eachEventOfABatchFindsItsOwnDoor() throws IOException {
    String batch =
        String.join(
            "\n",
            Events.pull("us.icr.io", 1),
            "no event",
            Events.pull("quay.io", 2),
            Events.pull("jp.icr.io", 3),
            Events.pull("es.icr.io", 4),
            "{\"action\":\"iam.group.add\"}",
            Events.pull("us.icr.io", 5));

    Rehearsal.Result result = send(EventPath.ACTIVITY_TRACKER, batch);

    assertThat(result.failure()).isEmpty();
    assertThat(result.destinations()).containsExactlyInAnyOrder("us-south", "jp-tok");
    assertThat(result.deadLetters())
        .extracting(dead -> dead.line() + " " + dead.reason().label())
        .containsExactlyInAnyOrder(
            "2 malformed", "3 unknown-domain", "5 no-route", "6 not-a-registry-event");
  }

  @Test
  void afterTheCutoffEventsCanBeMovedToActivityTracker() throws IOException {
    TestHome home =
        TestHome.in(directory).set("router.access-trail.after-cutoff", "activity-tracker");

    Rehearsal.Result moved = send(home, EventPath.ACCESS_TRAIL, Events.at(AFTER, "au.icr.io", 1));
    Rehearsal.Result stays = send(home, EventPath.ACCESS_TRAIL, Events.at(BEFORE, "jp.icr.io", 1));

    assertThat(doors(moved)).containsExactly("jp-tok");
    assertThat(doors(stays)).containsExactly("access-trail-ap-south");
  }

  @Test
  void theWallClockCanCloseTheAccessTrailPath() throws IOException {
    TestHome home = TestHome.in(directory).set("router.access-trail.cutoff-basis", "arrival-time");
    String event = Events.at("no time at all", "us.icr.io", 1);

    Rehearsal.Result open = send(home, "2019-09-30T23:59:59.999Z", event);
    Rehearsal.Result closed = send(home, "2019-10-01T00:00:00Z", event);

    assertThat(doors(open)).containsExactly("access-trail-us-south");
    assertThat(doors(closed)).containsExactly("access-trail-retired");
  }

  @Test
  void anUnknownActionIsDeliveredUnlessTheSettingSaysOtherwise() throws IOException {
    String event = Events.pull("de.icr.io", 1).replace("image.pull", "image.teleport");
    TestHome home = TestHome.in(directory).set("router.unknown-action", "dead-letter");

    assertThat(doors(send(EventPath.ACTIVITY_TRACKER, event))).containsExactly("eu-de");
    assertThat(doors(send(home, EventPath.ACTIVITY_TRACKER, event)))
        .containsExactly("unknown-action");
  }

  @Test
  void severalDestinationsForOneDomainAreAnEditOfTheRoute() throws IOException {
    TestHome home =
        TestHome.in(directory)
            .edit(
                "routes/40-route.camel.yaml",
                "                  - to: spool:eu-gb\n",
                "                  - to: spool:eu-gb\n                  - to: spool:us-south\n");

    Rehearsal.Result result = send(home, EventPath.ACTIVITY_TRACKER, Events.pull("uk.icr.io", 1));

    assertThat(result.failure()).isEmpty();
    assertThat(result.destinations()).containsExactly("eu-gb", "us-south");
  }

  @Test
  void eventsThatARouteDropsAreGivenBack() throws IOException {
    TestHome home =
        TestHome.in(directory)
            .edit(
                "routes/40-route.camel.yaml",
                "                  - to: spool:eu-gb\n",
                "                  - log: dropped\n");

    Rehearsal.Result result = send(home, EventPath.ACTIVITY_TRACKER, Events.pull("uk.icr.io", 1));

    assertThat(result.failure())
        .get()
        .extracting(Rehearsal.Failure::message)
        .isEqualTo(
            "1 events left by no door: a route in routes/ ended without `to: spool:…` or"
                + " `to: direct:dead-letter`");
  }

  @Test
  void aDestinationThatNoRouteDeliversIsRefused() throws IOException {
    TestHome home =
        TestHome.in(directory)
            .edit("routes/40-route.camel.yaml", "to: spool:eu-gb\n", "to: spool:eu-gbb\n");

    assertThat(errors(home))
        .containsExactly(
            "routes/40-route.camel.yaml:18: spool:eu-gbb: no route reads from it; there are:"
                + " spool:access-trail-ap-south, spool:access-trail-eu-central,"
                + " spool:access-trail-uk-south, spool:access-trail-us-south, spool:eu-de,"
                + " spool:eu-gb, spool:jp-tok, spool:us-south; or add a route for it to"
                + " routes/50-deliver.camel.yaml; did you mean spool:eu-gb?");
  }

  @Test
  void withoutAnyDeliveryEachDestinationIsRefusedInWordsThatSaySo() throws IOException {
    TestHome home = TestHome.in(directory);
    Files.writeString(home.directory().resolve("routes/50-deliver.camel.yaml"), "[]\n");

    assertThat(errors(home))
        .contains(
            "routes/40-route.camel.yaml:18: spool:eu-gb: no route reads from it, nor from any other"
                + " spool:…; add a route for it to routes/50-deliver.camel.yaml");
  }

  private static List<String> errors(TestHome home) {
    return Check.run(home.directory(), Map.of(), home.settings(), Clock.systemUTC())
        .errors()
        .stream()
        .map(ConfigProblem::toString)
        .toList();
  }

  @Test
  void rehearsingWritesNothing() throws IOException {
    TestHome home = TestHome.in(directory);

    send(home, EventPath.ACTIVITY_TRACKER, Events.pull("us.icr.io", 1) + "\nnonsense");

    assertThat(Files.exists(home.data())).isFalse();
  }

  private static List<String> doors(Rehearsal.Result result) {
    assertThat(result.failure()).isEmpty();
    return result.destinations().isEmpty()
        ? result.deadLetters().stream().map(dead -> dead.reason().label()).toList()
        : result.destinations();
  }

  private static Rehearsal.Result send(EventPath path, String events) throws IOException {
    return shipped.send(batch(path, events));
  }

  private static Rehearsal.Result send(TestHome home, EventPath path, String events)
      throws IOException {
    return send(home, path, Clock.systemUTC(), events);
  }

  private static Rehearsal.Result send(TestHome home, String now, String event) throws IOException {
    Clock clock = Clock.fixed(Instant.parse(now), ZoneOffset.UTC);
    return send(home, EventPath.ACCESS_TRAIL, clock, event);
  }

  private static Rehearsal.Result send(TestHome home, EventPath path, Clock clock, String events)
      throws IOException {
    try (Rehearsal rehearsal = Rehearsal.load(home.config(), clock)) {
      return rehearsal.send(batch(path, events));
    }
  }

  private static RawBatch batch(EventPath path, String events) throws IOException {
    byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
    Source source = new Source(Source.Kind.FILE, "test");
    return new EventCutter(path, source, Framing.LINES, bytes, 1 << 20).next();
  }
}
