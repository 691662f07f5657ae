package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.EndpointUse;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteUse;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Reason;
import io.registryrouter.intake.BatchSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Route;

/**
 * Whether each door and each tail comes to acknowledge a batch, of several events of two registries
 * and of what is no event, and the dead letters take what a destination refuses. Left out are those
 * with {@link OwnBeans}, and routes that read files, which would need one.
 */
final class SourceRun {

  /** Steps that are for events of a source. */
  private static final List<String> HANDS_OVER = List.of("decode", "group", "deadLetter");

  private final RouterConfig config;
  private final RouteGraph graph;
  private final OwnBeans ownBeans;
  private final Rehearsal rehearsal;
  private final String[] events;
  private final Findings findings = new Findings();

  private SourceRun(RouterConfig config, RouteGraph graph, OwnBeans ownBeans, Rehearsal rehearsal) {
    this.config = config;
    this.graph = graph;
    this.ownBeans = ownBeans;
    this.rehearsal = rehearsal;
    List<String> each =
        config.registries().all().stream()
            .limit(2)
            .map(registry -> TrialEvents.of(registry.domain(), config.accessTrail().cutoff()))
            .toList();
    this.events =
        Stream.of(each, each, List.of(TrialEvents.BROKEN))
            .flatMap(List::stream)
            .toArray(String[]::new);
  }

  static List<ConfigProblem> problems(
      RouterConfig config, RouteGraph graph, OwnBeans ownBeans, Rehearsal rehearsal) {
    SourceRun run = new SourceRun(config, graph, ownBeans, rehearsal);
    rehearsal.routes(BatchSource.class::isInstance).stream()
        .filter(source -> !run.hasBeans(source))
        .forEach(run::take);
    run.refuse();
    run.sourcesOfOthers();
    return run.findings.errors();
  }

  /** Whatever they give their routes, nobody waits until it is on disk. */
  private void sourcesOfOthers() {
    for (RouteItem item : config.routes().all()) {
      graph
          .source(item)
          .map(EndpointUse::uri)
          .filter(uri -> !uri.matches("(direct|spool|event-door|tail|file):.*"))
          .filter(uri -> handsOver(item))
          .ifPresent(
              uri ->
                  findings.add(
                      item.where(),
                      item.key(),
                      "takes events from "
                          + uri
                          + ", which waits for nothing to be on disk; events come from"
                          + " `event-door:/…`, `tail:<path>` and the inboxes, into which another"
                          + " program can put files"));
    }
  }

  private boolean handsOver(RouteItem item) {
    return HANDS_OVER.stream().anyMatch(step -> graph.comesTo(item, step))
        || graph.sends(item).stream().anyMatch(RouteUse::isSpool);
  }

  private void take(Route source) {
    EventPath path = ((BatchSource) source.getEndpoint()).eventPath();
    rehearsal
        .take(source, TrialEvents.batch(path, events))
        .failure()
        .filter(Rehearsal.Failure::always)
        .ifPresent(failure -> add(failure, source.getRouteId()));
  }

  private boolean hasBeans(Route source) {
    return config.routes().all().stream()
        .filter(item -> item.id().filter(source.getRouteId()::equals).isPresent())
        .anyMatch(item -> ownBeans.areIn(graph.parts(item)));
  }

  private void refuse() {
    byte[] object = events[0].getBytes(StandardCharsets.UTF_8);
    DeadLetter refused =
        new DeadLetter(
            Reason.REJECTED,
            "",
            EventPath.ACTIVITY_TRACKER,
            TrialEvents.SOURCE,
            1,
            0,
            new DeadLetter.Json(object));
    Rehearsal.Result result = rehearsal.refuse(List.of(refused));
    String what = "what a destination refuses";
    result.failure().ifPresent(failure -> add(failure, what));
    if (result.failure().isEmpty() && result.deaths().size() != 1) {
      findings.add(
          rehearsal.where(Optional.empty()),
          what,
          "is not taken by the route from direct:dead-letter, which it comes to without the headers"
              + " that other dead letters have, so that its destination would deliver nothing more;"
              + " every way through that route comes to `process: { ref: deadLetter }`, once");
    }
  }

  private void add(Rehearsal.Failure failure, String what) {
    findings.add(rehearsal.where(Optional.of(failure)), what, failure.message());
  }
}
