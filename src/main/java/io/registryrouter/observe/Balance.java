package io.registryrouter.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.registryrouter.config.EventPath;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

/**
 * Counts every event by the door it came in and the door it left by: in spool at start + received +
 * copied = delivered + dead-lettered + suppressed + in spool. All series exist from the start, at
 * zero. Thread-safe.
 */
public final class Balance {

  private final MeterRegistry meters;
  private final Map<EventPath, Map<Source.Kind, Counter>> received = new EnumMap<>(EventPath.class);
  private final Map<Reason, Counter> deadLettered = new EnumMap<>(Reason.class);
  private final Map<String, Counter> delivered = new ConcurrentSkipListMap<>();
  private final Map<String, Attempts> attempts = new ConcurrentSkipListMap<>();
  private final Counter copied;
  private final Counter suppressed;
  private final Counter ignored;

  public Balance(MeterRegistry meters) {
    this.meters = meters;
    for (EventPath path : EventPath.values()) {
      Map<Source.Kind, Counter> kinds = new EnumMap<>(Source.Kind.class);
      for (Source.Kind kind : Source.Kind.values()) {
        kinds.put(
            kind,
            Counter.builder("router.events.received")
                .description("Events taken from a source: in a spool or among the dead letters")
                .tag("path", path.label())
                .tag("source", kind.label())
                .register(meters));
      }
      received.put(path, kinds);
    }
    for (Reason reason : Reason.values()) {
      deadLettered.put(
          reason,
          Counter.builder("router.events.dead.lettered")
              .description("Events that could not go on, by reason")
              .tag("reason", reason.label())
              .register(meters));
    }
    suppressed =
        Counter.builder("router.events.suppressed")
            .description("Events that came a short while before and were left out")
            .register(meters);
    ignored =
        Counter.builder("router.events.ignored")
            .description("Registry notifications of blobs and mounts, which are no audit events")
            .register(meters);
    copied =
        Counter.builder("router.events.copied")
            .description("Further copies of events that go to several destinations")
            .register(meters);
  }

  /** A destination from now on: what it has taken, and how many events wait for it. */
  public void watch(String destination, LongSupplier backlog) {
    delivered.put(
        destination,
        Counter.builder("router.events.delivered")
            .description("Events that their destination has taken")
            .tag("destination", destination)
            .register(meters));
    attempts.put(destination, new Attempts(meters, destination));
    Gauge.builder("router.spool.events", backlog, LongSupplier::getAsLong)
        .description("Events on disk that wait for delivery")
        .tag("destination", destination)
        .strongReference(true)
        .register(meters);
  }

  /** What counts the attempts at a destination that is watched. */
  public Attempts attempts(String destination) {
    return attempts.get(destination);
  }

  /** Events taken from the source of a batch. */
  public void received(EventBatch batch, int events) {
    received(batch.path(), batch.source(), events);
  }

  private void received(EventPath path, Source source, int events) {
    received.get(path).get(source.kind()).increment(events);
  }

  /** Events of a source that are left out, because they came before. */
  public void suppressed(EventPath path, Source source, int events) {
    received(path, source, events);
    suppressed.increment(events);
  }

  /** Notifications that are no audit events; they are outside the balance. */
  public void ignored(int notifications) {
    ignored.increment(notifications);
  }

  public void copied(int events) {
    copied.increment(events);
  }

  public void delivered(String destination, int events) {
    delivered.get(destination).increment(events);
  }

  /** A dead letter that comes from no spool counts as received as well. */
  public void deadLettered(DeadLetter deadLetter) {
    if (deadLetter.delivery() == null) {
      received(deadLetter.path(), deadLetter.source(), 1);
    }
    deadLettered.get(deadLetter.reason()).increment();
  }

  /** How many events were taken from sources since the start. */
  public long received() {
    return (long)
        received.values().stream()
            .flatMap(kinds -> kinds.values().stream())
            .mapToDouble(Counter::count)
            .sum();
  }

  /** How many events were left out since the start. */
  public long suppressed() {
    return (long) suppressed.count();
  }

  /** How many notifications were no audit events since the start. */
  public long ignored() {
    return (long) ignored.count();
  }

  /** How many further copies were made since the start. */
  public long copied() {
    return (long) copied.count();
  }

  /** How many events all destinations have taken since the start. */
  public long delivered() {
    return delivered.keySet().stream().mapToLong(this::delivered).sum();
  }

  /** How many events died since the start. */
  public long deadLettered() {
    return deadLettered.keySet().stream().mapToLong(this::deadLetteredBy).sum();
  }

  /** How many events a destination has taken since the start. */
  public long delivered(String destination) {
    return (long) delivered.get(destination).count();
  }

  /** How many events died of this since the start. */
  public long deadLetteredBy(Reason reason) {
    return (long) deadLettered.get(reason).count();
  }
}
