package io.registryrouter.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.DedupeSettings;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.Registry;
import io.registryrouter.decode.Decoder;
import io.registryrouter.enrich.EnrichedBatch;
import io.registryrouter.enrich.EnrichedEvent;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.Source;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.Framing;
import io.registryrouter.support.Events;
import io.registryrouter.support.MutableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DuplicatesTest {

  private final MutableClock clock = new MutableClock(Instant.EPOCH);
  private final Duplicates duplicates =
      new Duplicates(() -> new DedupeSettings(Duration.ofMinutes(10), 3), clock);

  @Test
  void anEventIsSeenOnlyOnceItIsOnDisk() throws Exception {
    Set<Duplicates.Key> givenBack = new HashSet<>();
    assertThat(fresh(givenBack, "a", "b")).isEqualTo(2);

    Set<Duplicates.Key> again = new HashSet<>();
    assertThat(fresh(again, "a", "b")).isEqualTo(2);
    duplicates.remember(again);

    assertThat(fresh(new HashSet<>(), "a", "b", "c")).isEqualTo(1);
  }

  @Test
  void whatBecameADeadLetterIsAsNew() throws Exception {
    Set<Duplicates.Key> claimed = new HashSet<>();
    fresh(claimed, "a", "b");

    duplicates.disclaim(batch("b"), claimed);
    duplicates.remember(claimed);

    assertThat(fresh(new HashSet<>(), "a")).isZero();
    assertThat(fresh(new HashSet<>(), "b")).isEqualTo(1);
  }

  @Test
  void withinOneSourceTheSecondIsLeftOutAtOnce() throws Exception {
    assertThat(fresh(new HashSet<>(), "a", "b", "a", "a")).isEqualTo(2);
  }

  @Test
  void idsThatDifferInHalfASurrogateDiffer() throws Exception {
    assertThat(fresh(new HashSet<>(), "x\\ud800", "x\\udbff", "x?")).isEqualTo(3);
  }

  @Test
  void anEmptyIdIsNoIdAndTheBytesDecide() throws Exception {
    String first = Events.pull("us.icr.io", "").replace("team/app", "team/first");

    assertThat(duplicates.newOf(lines(first, Events.pull("us.icr.io", ""), first), new HashSet<>()))
        .extracting(fresh -> fresh.batch().events().size())
        .isEqualTo(2);
  }

  @Test
  void afterTheWindowAnEventIsNewAgain() throws Exception {
    remember("a");

    clock.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(fresh(new HashSet<>(), "a")).isZero();

    clock.advance(Duration.ofMillis(1));
    assertThat(fresh(new HashSet<>(), "a")).isEqualTo(1);
  }

  @Test
  void theOldestAreForgottenWhenThereAreTooMany() throws Exception {
    remember("a");
    remember("b");
    remember("c");
    remember("d");

    assertThat(fresh(new HashSet<>(), "b", "c", "d")).isZero();
    assertThat(fresh(new HashSet<>(), "a")).isEqualTo(1);
  }

  @Test
  void offEverythingIsNew() throws Exception {
    Duplicates off = new Duplicates(() -> new DedupeSettings(Duration.ZERO, 3), clock);
    EnrichedBatch batch = batch("a", "a");

    assertThat(off.newOf(batch, new HashSet<>()).batch()).isSameAs(batch);
  }

  private void remember(String id) throws Exception {
    Set<Duplicates.Key> claimed = new HashSet<>();
    fresh(claimed, id);
    duplicates.remember(claimed);
  }

  private int fresh(Set<Duplicates.Key> claimed, String... ids) throws Exception {
    Duplicates.Fresh fresh = duplicates.newOf(batch(ids), claimed);
    duplicates.claim(fresh.keys(), claimed);
    return fresh.batch().events().size();
  }

  private static EnrichedBatch batch(String... ids) throws Exception {
    return lines(Stream.of(ids).map(id -> Events.pull("us.icr.io", id)).toArray(String[]::new));
  }

  private static EnrichedBatch lines(String... lines) throws Exception {
    byte[] body = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    Source source = new Source(Source.Kind.HTTP, "192.0.2.1");
    EventBatch batch =
        new Decoder()
            .decode(
                new EventCutter(EventPath.ACTIVITY_TRACKER, source, Framing.LINES, body, 1000)
                    .next());
    Registry registry = new Registry("us.icr.io", "us-south", Map.of(), List.of(), List.of(), true);
    return new EnrichedBatch(
        batch,
        batch.events().stream()
            .map(event -> new EnrichedEvent(event, batch.path(), registry, false, new byte[0]))
            .toList());
  }
}
