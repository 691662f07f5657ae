package io.registryrouter.enrich;

import io.registryrouter.config.Action;
import io.registryrouter.config.Actions;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.Registry;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.RouterConfig.UnknownAction;
import io.registryrouter.event.Event;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.Reason;
import io.registryrouter.observe.Oddities;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds what an event's action means and which registry it is of, and decides which path it takes.
 * Thread-safe.
 */
public final class Enricher {

  private final Actions actions;
  private final UnknownAction unknownAction;
  private final DomainFinder domains;
  private final AccessTrail accessTrail;
  private final Enrichments enrichments = new Enrichments();
  private final Oddities oddities;

  public Enricher(RouterConfig config, Clock clock, Oddities oddities) {
    this.actions = config.actions();
    this.unknownAction = config.unknownAction();
    this.domains = new DomainFinder(config.registries());
    this.accessTrail = new AccessTrail(config.accessTrail(), clock);
    this.oddities = oddities;
  }

  public EnrichedBatch enrich(EventBatch batch) {
    List<EnrichedEvent> enriched = new ArrayList<>(batch.events().size());
    for (Event event : batch.events()) {
      EnrichedEvent result = enrich(batch, event);
      if (result != null) {
        enriched.add(result);
      }
    }
    return new EnrichedBatch(batch, enriched);
  }

  /** The enriched event, or null when it became a dead letter of the batch. */
  private EnrichedEvent enrich(EventBatch batch, Event event) {
    Action action = actions.find(event.fields().action()).orElse(null);
    if (action == null && unknownAction == UnknownAction.DEAD_LETTER) {
      return dead(
          batch,
          event,
          Reason.UNKNOWN_ACTION,
          "action \"" + event.fields().action() + "\" is not in config/actions.yaml");
    }
    DomainFinder.Finding finding = domains.find(event.fields());
    if (finding.registry() == null) {
      return dead(batch, event, Reason.UNKNOWN_DOMAIN, unknownDomain(finding, event));
    }
    if (finding.disagreeing() != null) {
      oddities.domainsDisagree();
    }
    EnrichedEvent result = choosePath(batch, event, action, finding.registry());
    if (action == null && result != null) {
      oddities.unknownAction(event.fields().action());
    }
    return result;
  }

  private static String unknownDomain(DomainFinder.Finding finding, Event event) {
    return finding.source() == null
        ? "no field names a registry"
        : finding.source().label()
            + " \""
            + finding.source().value(event.fields())
            + "\" names a registry that is not in config/registries.yaml";
  }

  private EnrichedEvent choosePath(
      EventBatch batch, Event event, Action action, Registry registry) {
    if (batch.path() == EventPath.ACTIVITY_TRACKER) {
      return enriched(event, action, registry, EventPath.ACTIVITY_TRACKER, false);
    }
    return switch (accessTrail.decide(event.fields().eventTime())) {
      case OPEN -> enriched(event, action, registry, EventPath.ACCESS_TRAIL, false);
      case RETIRED -> enriched(event, action, registry, EventPath.ACCESS_TRAIL, true);
      case MOVED_TO_ACTIVITY_TRACKER ->
          enriched(event, action, registry, EventPath.ACTIVITY_TRACKER, true);
      case INVALID_EVENT_TIME ->
          dead(batch, event, Reason.INVALID_EVENT_TIME, invalidEventTime(event));
    };
  }

  private static String invalidEventTime(Event event) {
    String time = event.fields().eventTime();
    return time == null
        ? "no string eventTime; the Access Trail path needs one"
        : "eventTime \"" + time + "\" is no time with an offset, e.g. 2019-09-30T23:59:59.99+0000";
  }

  private EnrichedEvent enriched(
      Event event, Action action, Registry registry, EventPath path, boolean afterCutoff) {
    byte[] enrichment = enrichments.of(action, registry, path);
    return new EnrichedEvent(event, path, registry, afterCutoff, enrichment);
  }

  private static EnrichedEvent dead(EventBatch batch, Event event, Reason reason, String detail) {
    batch.deadLetters().add(batch.deadLetter(event, reason, detail));
    return null;
  }
}
