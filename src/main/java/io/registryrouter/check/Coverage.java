package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.Registry;
import io.registryrouter.config.RouteLines;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether an event of each registry arrives somewhere or dies on each path, and so does what is no
 * event.
 */
final class Coverage {

  private final RouterConfig config;
  private final Rehearsal rehearsal;
  private final RouteLines lines;

  /** Where an event's way is decided, as far as is known without a branch that it took. */
  private final String decided;

  private final List<ConfigProblem> warnings = new ArrayList<>();

  private final Findings errors = new Findings();

  private Coverage(RouterConfig config, Rehearsal rehearsal) {
    this.config = config;
    this.rehearsal = rehearsal;
    this.lines = new RouteLines(config.files());
    this.decided = lines.whereIs("registryDomain");
  }

  /**
   * A warning for each registry that is meant to be routed by a path and is not, and an error for
   * those whose events would be given back for ever.
   */
  static List<ConfigProblem> problems(RouterConfig config, Rehearsal rehearsal) {
    Coverage coverage = new Coverage(config, rehearsal);
    for (Registry registry : config.registries().all()) {
      for (EventPath path : EventPath.values()) {
        coverage.look(registry, path);
      }
      coverage.lookAfterCutoff(registry);
    }
    coverage.lookAtNoEvent();
    List<ConfigProblem> problems = new ArrayList<>(coverage.warnings);
    problems.addAll(coverage.errors.errors());
    return problems;
  }

  /** An event of the last supported day, so that the cutoff does not hide a missing route. */
  private void look(Registry registry, EventPath path) {
    String events = registry.domain() + " on path " + path;
    Rehearsal.Result result =
        send(path, TrialEvents.of(registry.domain(), config.accessTrail().cutoff()));
    look(events, result, decided);
    if (registry.routed() && registry.eventsLocations().containsKey(path)) {
      unrouted(result)
          .ifPresent(
              death -> {
                String where = death.when().map(When::place).orElse(decided);
                warnings.add(unrouted(where, events, path));
              });
    }
  }

  private void lookAfterCutoff(Registry registry) {
    EventPath path = EventPath.ACCESS_TRAIL;
    Rehearsal.Result late =
        send(path, TrialEvents.of(registry.domain(), config.accessTrail().cutoff().plusDays(1)));
    String events = registry.domain() + " on path " + path + " after the cutoff";
    look(events, late, decided);
  }

  private void lookAtNoEvent() {
    Rehearsal.Result result = send(EventPath.ACTIVITY_TRACKER, TrialEvents.BROKEN);
    look("what is no event", result, lines.whereIs("ref: group"));
  }

  private void look(String events, Rehearsal.Result result, String elsewhere) {
    Optional<Rehearsal.Death> besides = result.besides();
    if (besides.isPresent()) { // which fails as well, in fewer words
      String where = besides.get().when().map(When::place).orElse(elsewhere);
      errors.add(where, events, besides(result, besides.get()));
      return;
    }
    result
        .failure()
        .ifPresent(
            failure ->
                errors.add(
                    failure.where().or(() -> result.last().map(When::place)).orElse(elsewhere),
                    events,
                    failure.message()));
    result
        .twice()
        .ifPresent(
            arrival ->
                errors.add(
                    arrival.when().map(When::place).orElse(elsewhere),
                    events,
                    "goes to "
                        + arrival.destination()
                        + " twice, which would deliver each event twice; remove one of the steps"
                        + " that send it there"));
  }

  private static String besides(Rehearsal.Result result, Rehearsal.Death death) {
    return result.arrivals().isEmpty()
        ? "is a dead letter twice; remove one of the steps that send it there"
        : "goes to "
            + result.arrivals().get(0).destination()
            + " and is a dead letter ("
            + death.reason()
            + ") as well, but what dies goes nowhere else; remove one of the two steps";
  }

  private static ConfigProblem unrouted(String where, String key, EventPath path) {
    return ConfigProblem.warning(
        where,
        key,
        "no `when` takes it, its events are dead letters (no-route); add one, or, in"
            + " config/registries.yaml, take "
            + path
            + " out of its events-location, or say `routed: false`");
  }

  private static Optional<Rehearsal.Death> unrouted(Rehearsal.Result result) {
    return result.deaths().stream()
        .filter(death -> death.letter().reason() == Reason.NO_ROUTE)
        .findFirst();
  }

  private Rehearsal.Result send(EventPath path, String line) {
    return rehearsal.send(TrialEvents.batch(path, line));
  }
}
