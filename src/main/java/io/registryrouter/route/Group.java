package io.registryrouter.route;

import io.registryrouter.config.EventPath;
import io.registryrouter.config.Registry;
import io.registryrouter.enrich.EnrichedBatch;
import io.registryrouter.enrich.EnrichedEvent;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Event;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The events of a batch that go the same way: same path, same registry, same side of the cutoff.
 * Its events are written as NDJSON, each the original bytes with the enrichment before the last
 * brace.
 */
public final class Group {

  /** Bytes around an enrichment: the comma before it, and the newline behind the event. */
  private static final int COMMA_AND_NEWLINE = 2;

  private final EventBatch batch;
  private final EventPath path;
  private final Registry registry;
  private final boolean afterCutoff;
  private final List<EnrichedEvent> events = new ArrayList<>();
  private long bytes;
  private final AtomicBoolean counted = new AtomicBoolean();

  Group(EventBatch batch, EnrichedEvent first) {
    this(batch, first.path(), first.registry(), first.afterCutoff());
  }

  private Group(EventBatch batch, EventPath path, Registry registry, boolean afterCutoff) {
    this.batch = batch;
    this.path = path;
    this.registry = registry;
    this.afterCutoff = afterCutoff;
  }

  boolean takes(EnrichedEvent event) {
    return event.path() == path
        && event.registry() == registry
        && event.afterCutoff() == afterCutoff;
  }

  void add(EnrichedEvent event) {
    events.add(event);
    bytes += length(event);
  }

  /** The path its events take, which after the cutoff need not be the one they came by. */
  public EventPath path() {
    return path;
  }

  public Registry registry() {
    return registry;
  }

  public boolean afterCutoff() {
    return afterCutoff;
  }

  /** The batch that the events came in with. */
  public EventBatch batch() {
    return batch;
  }

  /** Its events over the bytes of their batch. */
  public EnrichedBatch enriched() {
    return new EnrichedBatch(batch, events);
  }

  public int size() {
    return events.size();
  }

  /** Line of the source in which the first event starts. */
  public long firstLine() {
    return events.get(0).event().line();
  }

  /** Where the last event starts in its source. */
  public long lastOffset() {
    return events.get(events.size() - 1).event().offset();
  }

  /** The events that start behind an offset in their source. */
  public Group behind(long offset) {
    Group rest = new Group(batch, path, registry, afterCutoff);
    events.stream().filter(event -> event.event().offset() > offset).forEach(rest::add);
    return rest;
  }

  /** Bytes of all events as they are written. */
  public long bytes() {
    return bytes;
  }

  /** Bytes of event {@code i} as it is written, its newline included. */
  public int length(int i) {
    return length(events.get(i));
  }

  private static int length(EnrichedEvent enriched) {
    Event event = enriched.event();
    int length = event.end() - event.start() + enriched.enrichment().length + COMMA_AND_NEWLINE;
    int[] cuts = event.cuts();
    for (int i = 0; cuts != null && i < cuts.length; i += 2) {
      length -= cuts[i + 1] - cuts[i];
    }
    return length;
  }

  /** Writes event {@code i} as one line; {@code out} needs {@link #length(int)} bytes of room. */
  public void write(int i, ByteBuffer out) {
    EnrichedEvent enriched = events.get(i);
    Event event = enriched.event();
    byte[] buffer = batch.buffer();
    int from = event.start();
    int[] cuts = event.cuts();
    for (int cut = 0; cuts != null && cut < cuts.length; cut += 2) {
      out.put(buffer, from, cuts[cut] - from);
      from = cuts[cut + 1];
    }
    int brace = event.end() - 1;
    out.put(buffer, from, brace - from);
    out.put((byte) ',');
    out.put(enriched.enrichment());
    out.put((byte) '}');
    out.put((byte) '\n');
  }

  /** True the first time: an event that leaves by a second door as well is a copy. Thread-safe. */
  public boolean countOnce() {
    return !counted.getAndSet(true);
  }

  /** Its events as dead letters, each with its original bytes. */
  public List<DeadLetter> deadLetters(Reason reason) {
    String detail = detail(reason);
    return events.stream()
        .map(EnrichedEvent::event)
        .map(event -> batch.deadLetter(event, reason, detail))
        .toList();
  }

  private String detail(Reason reason) {
    return switch (reason) {
      case ACCESS_TRAIL_RETIRED ->
          "the Access Trail path is closed since router.access-trail.cutoff";
      case NO_ROUTE ->
          String.format(
              "%s is known but not routed: add a `when` for it to the %s choice in"
                  + " routes/40-route.camel.yaml, its destination to routes/50-deliver.camel.yaml,"
                  + " and see `routed` in config/registries.yaml",
              registry.domain(), path);
      default -> "a route of routes/ says so of " + registry.domain() + " on path " + path;
    };
  }
}
