package io.registryrouter.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.EventPath;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Event;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import io.registryrouter.observe.Oddities;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EnricherTest {

  private static final Source SOURCE = new Source(Source.Kind.FILE, "a.ndjson");
  private static final String PULL = "container-registry.image.pull";
  private static final String UNKNOWN = "container-registry.image.fold";
  private static final String SUPPORTED = "2019-08-15T12:00:00Z";
  private static final String LATE = "2020-01-01T00:00:00Z";

  @TempDir Path directory;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private TestHome home;

  @BeforeEach
  void configure() throws IOException {
    home = TestHome.in(directory);
  }

  private EnrichedBatch enrich(EventPath path, String action, String name, String time) {
    return enrich(path, action, name, time, null);
  }

  private EnrichedBatch enrich(
      EventPath path, String action, String name, String time, String host) {
    byte[] buffer = "  {\"x\":1}  ".getBytes(StandardCharsets.UTF_8);
    Event.Fields fields =
        new Event.Fields(false, action, time, name, null, null, null, host, null, null, null, null);
    List<Event> events = List.of(new Event(2, 9, 7, 2, fields, null));
    Clock clock = Clock.fixed(Instant.parse("2019-10-18T00:00:00Z"), ZoneOffset.UTC);
    return new Enricher(home.config(), clock, new Oddities(meters))
        .enrich(new EventBatch(path, SOURCE, buffer, events, new ArrayList<>()));
  }

  private static String enrichment(EnrichedBatch batch) {
    assertThat(batch.batch().deadLetters()).isEmpty();
    assertThat(batch.events()).hasSize(1);
    return new String(batch.events().get(0).enrichment(), StandardCharsets.UTF_8);
  }

  private static DeadLetter deadLetter(EnrichedBatch batch) {
    assertThat(batch.events()).isEmpty();
    assertThat(batch.batch().deadLetters()).hasSize(1);
    return batch.batch().deadLetters().get(0);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          activity-tracker, icr.io,    global,     Dallas (us-south)
          activity-tracker, us.icr.io, us-south,   Dallas (us-south)
          activity-tracker, de.icr.io, eu-central, Frankfurt (eu-de)
          activity-tracker, uk.icr.io, uk-south,   London (eu-gb)
          activity-tracker, au.icr.io, ap-south,   Tokyo (jp-tok)
          activity-tracker, jp.icr.io, ap-north,   Tokyo (jp-tok)
          activity-tracker, br.icr.io, br-sao,     São Paulo (br-sao)
          access-trail,     icr.io,    global,     us-south
          access-trail,     us.icr.io, us-south,   us-south
          access-trail,     de.icr.io, eu-central, eu-central
          access-trail,     uk.icr.io, uk-south,   uk-south
          access-trail,     au.icr.io, ap-south,   ap-south
          access-trail,     jp.icr.io, ap-north,   ap-south
          """)
  void anEventIsToldWhereItBelongs(String path, String domain, String region, String location) {
    EnrichedBatch batch =
        enrich(EventPath.of(path).orElseThrow(), PULL, domain + "/team/app", SUPPORTED);

    assertThat(enrichment(batch))
        .isEqualTo(
            "\"enrichment\":{\"actionDescription\":\"Pull an image from IBM Cloud Container"
                + " Registry.\",\"registryDomain\":\"%s\",\"registryRegion\":\"%s\","
                    .formatted(domain, region)
                + "\"eventsLocation\":\"%s\",\"path\":\"%s\"}".formatted(location, path));
  }

  @Test
  void anAliasIsToldByItsCanonicalName() {
    EnrichedBatch batch =
        enrich(EventPath.ACTIVITY_TRACKER, PULL, "REGISTRY.au-syd.bluemix.net:443/t/a", null);

    assertThat(enrichment(batch)).contains("\"registryDomain\":\"au.icr.io\"");
  }

  @Test
  void aPathThatTheRegistryHasNoLocationForIsToldByNone() throws IOException {
    home.edit(
        "config/registries.yaml",
        "registries:\n",
        """
        registries:
          - domain: registry.example:5000
            region: on-premises
            events-location: {activity-tracker: Dallas (us-south)}
        """);

    EnrichedBatch batch =
        enrich(EventPath.ACCESS_TRAIL, PULL, "registry.example:5000/team/app:1", SUPPORTED);

    assertThat(enrichment(batch))
        .endsWith(
            "\"registryDomain\":\"registry.example:5000\",\"registryRegion\":\"on-premises\","
                + "\"eventsLocation\":null,\"path\":\"access-trail\"}");
  }

  @Test
  void anUnknownActionIsDeliveredWithoutADescriptionAndCounted() {
    EnrichedBatch batch = enrich(EventPath.ACTIVITY_TRACKER, UNKNOWN, "us.icr.io/t/a", null);

    assertThat(enrichment(batch)).startsWith("\"enrichment\":{\"actionDescription\":null,");
    assertThat(meters.get("router.events.unknown.action").counter().count()).isEqualTo(1);
  }

  @Test
  void anUnknownActionOfWhatIsNotDeliveredIsNotCounted() {
    DeadLetter dead = deadLetter(enrich(EventPath.ACTIVITY_TRACKER, UNKNOWN, "quay.io/t/a", null));

    assertThat(dead.reason()).isEqualTo(Reason.UNKNOWN_DOMAIN);
    assertThat(meters.get("router.events.unknown.action").counter().count()).isZero();
  }

  @Test
  void anUnknownActionIsDeadLetteredWhenTheSettingSaysSo() {
    home.set("router.unknown-action", "dead-letter");

    DeadLetter dead =
        deadLetter(enrich(EventPath.ACTIVITY_TRACKER, UNKNOWN, "us.icr.io/t/a", null));

    assertThat(dead.reason()).isEqualTo(Reason.UNKNOWN_ACTION);
    assertThat(dead.detail())
        .isEqualTo("action \"container-registry.image.fold\" is not in config/actions.yaml");
  }

  @Test
  void aDeadLetterHasTheEventAndWhereItCameFrom() {
    DeadLetter dead = deadLetter(enrich(EventPath.ACCESS_TRAIL, PULL, "quay.io/t/a", SUPPORTED));

    assertThat(dead.reason()).isEqualTo(Reason.UNKNOWN_DOMAIN);
    assertThat(dead.detail())
        .isEqualTo(
            "target.name \"quay.io/t/a\" names a registry that is not in config/registries.yaml");
    assertThat(dead.path()).isEqualTo(EventPath.ACCESS_TRAIL);
    assertThat(dead.source()).isEqualTo(SOURCE);
    assertThat(dead.line()).isEqualTo(7);
    assertThat(((DeadLetter.Json) dead.original()).object()).asString().isEqualTo("{\"x\":1}");
  }

  @Test
  void unknownDomainIsDeadLetteredNotGuessed() {
    DeadLetter dead = deadLetter(enrich(EventPath.ACTIVITY_TRACKER, PULL, null, SUPPORTED));

    assertThat(dead.reason()).isEqualTo(Reason.UNKNOWN_DOMAIN);
    assertThat(dead.detail()).isEqualTo("no field names a registry");
  }

  @Test
  void accessTrailNeedsATime() {
    DeadLetter without = deadLetter(enrich(EventPath.ACCESS_TRAIL, PULL, "us.icr.io/t/a", null));
    DeadLetter wrong = deadLetter(enrich(EventPath.ACCESS_TRAIL, PULL, "us.icr.io/t/a", "noon"));

    assertThat(without.reason()).isEqualTo(Reason.INVALID_EVENT_TIME);
    assertThat(without.detail()).isEqualTo("no string eventTime; the Access Trail path needs one");
    assertThat(wrong.reason()).isEqualTo(Reason.INVALID_EVENT_TIME);
    assertThat(wrong.detail())
        .isEqualTo(
            "eventTime \"noon\" is no time with an offset, e.g. 2019-09-30T23:59:59.99+0000");
  }

  @Test
  void activityTrackerNeedsNoTime() {
    assertThat(enrich(EventPath.ACTIVITY_TRACKER, PULL, "us.icr.io/t/a", "noon").events())
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          container-registry.image.fold, quay.io/t/a,   noon,                 UNKNOWN_ACTION
          container-registry.image.pull, quay.io/t/a,   noon,                 UNKNOWN_DOMAIN
          container-registry.image.pull, us.icr.io/t/a, noon,                 INVALID_EVENT_TIME
          """)
  void reasonsAreCheckedInOrder(String action, String name, String time, Reason expected) {
    home.set("router.unknown-action", "dead-letter");

    DeadLetter dead = deadLetter(enrich(EventPath.ACCESS_TRAIL, action, name, time));

    assertThat(dead.reason()).isEqualTo(expected);
  }

  @Test
  void aLateEventIsMarkedAndKeepsItsPath() {
    EnrichedBatch batch = enrich(EventPath.ACCESS_TRAIL, PULL, "us.icr.io/t/a", LATE);

    assertThat(batch.events().get(0).afterCutoff()).isTrue();
    assertThat(batch.events().get(0).path()).isEqualTo(EventPath.ACCESS_TRAIL);
  }

  @Test
  void aLateEventMayMoveToTheOtherPath() {
    home.set("router.access-trail.after-cutoff", "activity-tracker");

    EnrichedBatch batch = enrich(EventPath.ACCESS_TRAIL, PULL, "jp.icr.io/t/a", LATE);

    assertThat(batch.events().get(0).afterCutoff()).isTrue();
    assertThat(batch.events().get(0).path()).isEqualTo(EventPath.ACTIVITY_TRACKER);
    assertThat(enrichment(batch))
        .endsWith("\"eventsLocation\":\"Tokyo (jp-tok)\",\"path\":\"activity-tracker\"}");
  }

  @Test
  void theClockMayDecideInsteadOfTheEvent() {
    home.set("router.access-trail.cutoff-basis", "arrival-time");

    EnrichedBatch batch = enrich(EventPath.ACCESS_TRAIL, PULL, "us.icr.io/t/a", SUPPORTED);

    assertThat(batch.events().get(0).afterCutoff()).isTrue();
  }

  @Test
  void contradictionsAreCountedAndTheFirstWins() {
    EnrichedBatch batch =
        enrich(EventPath.ACTIVITY_TRACKER, PULL, "us.icr.io/t/a", null, "de.icr.io");

    assertThat(batch.events().get(0).registry().domain()).isEqualTo("us.icr.io");
    assertThat(meters.get("router.events.domain.disagreements").counter().count()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void anEventInOrderIsNothingOddAndNotLate(EventPath path) {
    EnrichedBatch batch = enrich(path, PULL, "us.icr.io/t/a", SUPPORTED, "us.icr.io");

    assertThat(batch.events()).extracting(EnrichedEvent::path).containsExactly(path);
    assertThat(batch.events()).extracting(EnrichedEvent::afterCutoff).containsExactly(false);
    assertThat(meters.get("router.events.unknown.action").counter().count()).isZero();
    assertThat(meters.get("router.events.domain.disagreements").counter().count()).isZero();
  }
}
