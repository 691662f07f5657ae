package io.registryrouter.cli;

import io.registryrouter.Rehearsal;
import io.registryrouter.config.Action;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.deadletter.DeadLetter;
import io.registryrouter.decode.Decoder;
import io.registryrouter.decode.Event;
import io.registryrouter.decode.EventBatch;
import io.registryrouter.enrich.AccessTrail;
import io.registryrouter.enrich.DomainFinder;
import io.registryrouter.enrich.DomainSource;
import io.registryrouter.intake.RawBatch;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Puts what the stages find and where the routes send an event into words. */
final class Explainer {

  private final RouterConfig config;
  private final Decoder decoder = new Decoder();
  private final DomainFinder domains;
  private final AccessTrail accessTrail;

  Explainer(RouterConfig config, Clock clock) {
    this.config = config;
    this.domains = new DomainFinder(config.registries());
    this.accessTrail = new AccessTrail(config.accessTrail(), clock);
  }

  /**
   * @param batch of at most one event, and what was cut off as too large
   * @param result where the routes send it
   */
  List<Explanation> explain(RawBatch batch, Rehearsal.Result result) {
    EventBatch decoded = decoder.decode(batch);
    List<Explanation> explanations = new ArrayList<>();
    decoded.deadLetters().forEach(dead -> explanations.add(noEvent(dead)));
    decoded.events().forEach(event -> explanations.add(explain(decoded, event, result)));
    return explanations;
  }

  private static Explanation noEvent(DeadLetter dead) {
    return new Explanation(
        dead.source().name() + ":" + dead.line(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        new Explanation.Death(dead.reason().label(), dead.detail()),
        null);
  }

  private Explanation explain(EventBatch batch, Event event, Rehearsal.Result result) {
    Event.Fields fields = event.fields();
    DomainFinder.Finding finding = domains.find(fields);
    Explanation.Death death =
        result.deadLetters().stream()
            .filter(dead -> dead.line() == event.line())
            .findFirst()
            .map(dead -> new Explanation.Death(dead.reason().label(), dead.detail()))
            .orElse(null);
    return new Explanation(
        batch.source().name() + ":" + event.line(),
        fields.wrapped() ? "wrapped" : "flat",
        fields.action(),
        config.actions().find(fields.action()).map(Action::description).orElse(null),
        finding.registry() == null ? null : finding.registry().domain(),
        finding.source() == null
            ? null
            : finding.source().label() + " \"" + finding.source().value(fields) + "\"",
        others(fields, finding),
        batch.path().label(),
        fields.eventTime(),
        batch.path() == EventPath.ACCESS_TRAIL ? cutoff(fields) : null,
        result.destinations(),
        death,
        result.failure().map(Throwable::getMessage).orElse(null));
  }

  private List<Explanation.Source> others(Event.Fields fields, DomainFinder.Finding finding) {
    List<Explanation.Source> others = new ArrayList<>();
    for (DomainSource source : DomainSource.values()) {
      if (source != finding.source() && source.value(fields) != null) {
        DomainSource.Answer answer = domains.ask(source, fields);
        others.add(new Explanation.Source(source.label(), source.value(fields), words(answer)));
      }
    }
    return others;
  }

  private static String words(DomainSource.Answer answer) {
    if (answer instanceof DomainSource.Answer.Known known) {
      return known.registry().domain();
    }
    return answer instanceof DomainSource.Answer.Foreign foreign
        ? foreign.host() + ", which is not known"
        : "nothing";
  }

  private String cutoff(Event.Fields fields) {
    return switch (accessTrail.decide(fields.eventTime())) {
      case OPEN -> "until the cutoff " + config.accessTrail().cutoff();
      case RETIRED -> "after the cutoff " + config.accessTrail().cutoff();
      case MOVED_TO_ACTIVITY_TRACKER ->
          "after the cutoff " + config.accessTrail().cutoff() + ", moved to activity-tracker";
      case INVALID_EVENT_TIME -> "eventTime \"" + fields.eventTime() + "\" is not valid";
    };
  }
}
