package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.Registry;
import io.registryrouter.config.RouteFiles;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.Framing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether an event of each registry reaches a door on each path. */
final class Coverage {

  private Coverage() {}

  /**
   * A warning for each registry that is meant to be routed by a path and is not, and an error for
   * each whose events would be given back for ever.
   */
  static List<ConfigProblem> problems(RouterConfig config, Rehearsal rehearsal) {
    List<ConfigProblem> problems = new ArrayList<>();
    Map<Rehearsal.Failure, List<String>> failures = new LinkedHashMap<>();
    String where = new RouteFiles(config.home()).whereIs("registryDomain");
    for (Registry registry : config.registries().all()) {
      for (EventPath path : EventPath.values()) {
        Rehearsal.Result result = rehearsal.send(event(config, registry, path));
        String key = registry.domain() + " on path " + path;
        result
            .failure()
            .ifPresent(
                failure -> failures.computeIfAbsent(failure, f -> new ArrayList<>()).add(key));
        result
            .twice()
            .ifPresent(
                door ->
                    problems.add(
                        ConfigProblem.error(
                            door.when().map(When::place).orElse(where),
                            key,
                            "goes to "
                                + door.destination()
                                + " twice, which would deliver each event twice; remove one of the"
                                + " steps that send it there")));
        if (expected(registry, path)) {
          unrouted(result)
              .ifPresent(
                  death ->
                      problems.add(
                          unrouted(death.when().map(When::place).orElse(where), key, path)));
        }
      }
    }
    failures.forEach(
        (failure, keys) ->
            problems.add(
                ConfigProblem.error(
                    failure.where().orElse(where), someOf(keys), failure.message())));
    return problems;
  }

  private static String someOf(List<String> keys) {
    return keys.get(0) + (keys.size() > 1 ? " and " + (keys.size() - 1) + " more" : "");
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

  private static boolean expected(Registry registry, EventPath path) {
    return registry.routed() && registry.eventsLocations().containsKey(path);
  }

  private static Optional<Rehearsal.Death> unrouted(Rehearsal.Result result) {
    return result.deaths().stream()
        .filter(death -> death.letter().reason() == Reason.NO_ROUTE)
        .findFirst();
  }

  /**
   * An event of the path's last supported day, so that the cutoff does not hide a missing route.
   */
  private static RawBatch event(RouterConfig config, Registry registry, EventPath path) {
    String json =
        String.format(
            "{\"action\":\"container-registry.image.push\",\"eventTime\":\"%sT00:00:00Z\","
                + "\"target\":{\"name\":\"%s/check/image:1\"}}",
            config.accessTrail().cutoff(), registry.domain());
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    try {
      return new EventCutter(
              path, new Source(Source.Kind.FILE, "check"), Framing.LINES, body, body.length)
          .next();
    } catch (IOException e) {
      throw new IllegalStateException("no I/O when reading from memory", e);
    }
  }
}
