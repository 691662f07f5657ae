package io.registryrouter.cli;

import io.registryrouter.check.Rehearsal;
import io.registryrouter.config.AccessTrailSettings;
import io.registryrouter.config.Action;
import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.Settings;
import io.registryrouter.decode.Decoder;
import io.registryrouter.enrich.AccessTrail;
import io.registryrouter.enrich.DomainFinder;
import io.registryrouter.enrich.DomainSource;
import io.registryrouter.event.Event;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.RawBatch;
import java.net.URI;
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
   * @param batch of one event, or of one thing that is none
   * @param result where the routes send it
   */
  Explanation explain(RawBatch batch, Rehearsal.Result result) {
    EventBatch decoded = decoder.decode(batch);
    Event event = decoded.events().isEmpty() ? null : decoded.events().get(0);
    long line = event == null ? decoded.deadLetters().get(0).line() : event.line();
    return new Explanation(
        batch.source().name() + ":" + line,
        decoded.path().label(),
        event == null ? null : facts(event.fields(), decoded.path()),
        result.destinations(),
        result.arrivals().stream().map(this::arrival).toList(),
        death(result),
        result.failure().map(Rehearsal.Failure::message).orElse(null));
  }

  private Explanation.Facts facts(Event.Fields fields, EventPath path) {
    DomainFinder.Finding finding = domains.find(fields);
    return new Explanation.Facts(
        fields.wrapped() ? "wrapped" : "flat",
        fields.action(),
        config.actions().find(fields.action()).map(Action::description).orElse(null),
        finding.registry() == null ? null : finding.registry().domain(),
        from(fields, finding),
        others(fields, finding),
        fields.eventTime(),
        path == EventPath.ACCESS_TRAIL ? cutoff(fields) : null);
  }

  private static String from(Event.Fields fields, DomainFinder.Finding finding) {
    return finding.source() == null
        ? null
        : finding.source().label() + " \"" + finding.source().value(fields) + "\"";
  }

  private Explanation.Arrival arrival(Rehearsal.Arrival at) {
    DestinationSettings settings = config.destinations().get(at.destination());
    return new Explanation.Arrival(
        at.destination(),
        Settings.word(settings.type()),
        Settings.word(settings.format()),
        settings.url().map(Explainer::withoutQuery).orElse(null),
        at.when().orElse(null));
  }

  private static String withoutQuery(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return url.getScheme() + "://" + url.getHost() + port + url.getRawPath();
  }

  private static Explanation.Death death(Rehearsal.Result result) {
    return result.deaths().stream()
        .findFirst()
        .map(
            death ->
                new Explanation.Death(
                    death.reason(), death.letter().detail(), death.when().orElse(null)))
        .orElse(null);
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
    AccessTrailSettings settings = config.accessTrail();
    String cutoff =
        settings.cutoff()
            + (settings.basis() == AccessTrailSettings.Basis.ARRIVAL_TIME ? " as it arrived" : "");
    return switch (accessTrail.decide(fields.eventTime())) {
      case OPEN -> "until the cutoff " + cutoff;
      case RETIRED -> "after the cutoff " + cutoff;
      case MOVED_TO_ACTIVITY_TRACKER ->
          "after the cutoff " + cutoff + ", moved to activity-tracker";
      case INVALID_EVENT_TIME ->
          fields.eventTime() == null
              ? "without the event time that it needs"
              : "the event time is not valid";
    };
  }
}
