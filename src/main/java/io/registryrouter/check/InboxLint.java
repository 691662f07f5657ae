package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.EndpointUse;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouterConfig;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether routes take files as the step {@code readFile} needs it: each inbox is read by one route,
 * and the beans of that inbox decide which file is due and when it is done with. With Camel's own
 * ways a file would be taken while it is written, or deleted before its events are on disk.
 */
final class InboxLint {

  /** Steps that only what a source takes in comes to. */
  private static final List<String> TAKEN_IN_BY = List.of("decode", "durable");

  private final Path inbox;
  private final Map<EventPath, String> first = new HashMap<>();
  private final List<ConfigProblem> problems = new ArrayList<>();

  private InboxLint(Path inbox) {
    this.inbox = inbox;
  }

  /**
   * @param graph with what stands for placeholders as in the router
   */
  static List<ConfigProblem> problems(RouterConfig config, RouteGraph graph) {
    InboxLint lint = new InboxLint(config.data().inbox().toAbsolutePath());
    for (RouteItem item : config.routes().all()) {
      graph
          .source(item)
          .filter(source -> source.uri().startsWith("file:"))
          .ifPresent(
              source -> {
                if (graph.comesTo(item, "readFile")) {
                  lint.look(item, source);
                } else if (TAKEN_IN_BY.stream().anyMatch(step -> graph.comesTo(item, step))) {
                  lint.unread(item, source);
                }
              });
    }
    return lint.problems;
  }

  private void look(RouteItem item, EndpointUse source) {
    Arrays.stream(EventPath.values())
        .filter(path -> directory(source).equals(Optional.of(directory(path))))
        .findFirst()
        .ifPresentOrElse(path -> look(item, source, path), () -> noInbox(item, source));
  }

  private void look(RouteItem item, EndpointUse source, EventPath path) {
    withoutItsBeans(item, source, path);
    leftForEver(item, source);
    readTwice(item, path);
  }

  private void noInbox(RouteItem item, EndpointUse source) {
    error(
        item,
        "\""
            + source.uri()
            + "\" is no inbox; routes to `readFile` read file:{{router.inbox}}/activity-tracker or"
            + " file:{{router.inbox}}/access-trail, with all directories in them");
  }

  private void withoutItsBeans(RouteItem item, EndpointUse source, EventPath path) {
    String missing =
        needed(path).entrySet().stream()
            .filter(option -> !isSet(source, option.getKey(), option.getValue()))
            .map(option -> option.getKey() + ": \"" + option.getValue() + "\"")
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      error(
          item,
          "a file could be taken before it is whole, or be done with before its events are on disk;"
              + " set the parameters "
              + missing
              + " as routes/templates/inbox.camel.yaml does");
    }
  }

  private void leftForEver(RouteItem item, EndpointUse source) {
    boolean unread =
        "false".equalsIgnoreCase(source.parameters().get("startScheduler"))
            || !source.parameters().getOrDefault("repeatCount", "0").matches("0|-.*");
    if (unread) {
      error(
          item,
          "looks into its inbox a few times or never, by startScheduler or repeatCount, so that what"
              + " comes later stays there; remove these: `autoStartup: false` switches a route off");
    }
    for (String option : List.of("idempotent", "noop")) {
      if ("true".equalsIgnoreCase(source.parameters().get(option))) {
        error(
            item,
            option
                + ": true would leave a file in the inbox for ever when one of its name came before;"
                + " remove it, router.dedupe.window leaves out events that come twice");
      }
    }
  }

  private void readTwice(RouteItem item, EventPath path) {
    String earlier = first.putIfAbsent(path, item.where());
    if (earlier != null) {
      error(
          item,
          "the inbox is read by the route at "
              + earlier
              + " as well; one route can read it, remove the other");
    }
  }

  private void unread(RouteItem item, EndpointUse source) {
    error(
        item,
        "\""
            + source.uri()
            + "\" is not read by the step `readFile`, so that none of its files would be taken; put"
            + " them into an inbox, data/inbox/<path>/, which routes/10-intake-file.camel.yaml reads");
  }

  private Path directory(EventPath path) {
    return inbox.resolve(path.label()).normalize();
  }

  private static Optional<Path> directory(EndpointUse source) {
    try {
      String name = source.uri().replaceFirst("^file:(//)?", "");
      return Optional.of(Path.of(name).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> needed(EventPath path) {
    Map<String, String> options = new TreeMap<>();
    options.put("filter", "#settled-" + path.label());
    options.put("pollStrategy", "#settled-" + path.label());
    options.put("processStrategy", "#finished-" + path.label());
    options.put("synchronous", "true");
    return options;
  }

  private static boolean isSet(EndpointUse source, String option, String value) {
    String found = source.parameters().getOrDefault(option, "").replaceFirst("^#bean:", "#");
    return found.equals(value) || (value.equals("true") && found.equalsIgnoreCase(value));
  }

  private void error(RouteItem item, String message) {
    problems.add(item.error(message));
  }
}
