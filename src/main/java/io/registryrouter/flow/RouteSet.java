package io.registryrouter.flow;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteItems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * All that {@code routes/} holds, and for each route everything that it is made from: its own text,
 * its template, what holds for all routes, and the settings that these name. Two routes that are
 * made from the same are the same.
 */
public final class RouteSet {

  /** The sources whose batches pass the gate, what these come through, and files, which pause. */
  public static final Predicate<String> BEHIND_THE_GATE =
      Pattern.compile("(direct|seda|event-door|file|tail):.*").asMatchPredicate();

  private final RouteItems items;
  private final RouteGraph graph;
  private final Map<String, String> placeholders;

  /** What an item is for. */
  enum Kind {
    ROUTE,
    TEMPLATE,
    /** Holds for the routes of its file. */
    OF_FILE,
    /** Holds for all routes, e.g. {@code routeConfiguration}. */
    OF_ALL;

    static Kind of(RouteItem item) {
      return switch (item.kind()) {
        case "route", "from", "templatedRoute" -> ROUTE;
        case "routeTemplate" -> TEMPLATE;
        case "onException", "onCompletion", "errorHandler", "intercept", "interceptFrom" -> OF_FILE;
        default -> OF_ALL;
      };
    }
  }

  /**
   * @param placeholders what stands for <code>{{key}}</code> in the items
   */
  public RouteSet(RouteItems items, Map<String, String> placeholders) {
    this.items = items;
    this.graph = items.graph(placeholders);
    this.placeholders = placeholders;
  }

  List<RouteItem> items() {
    return items.all();
  }

  private List<RouteItem> items(Kind kind) {
    return items.all().stream().filter(item -> Kind.of(item) == kind).toList();
  }

  static String id(RouteItem item) {
    return item.id().orElse("");
  }

  /** What every route is made from. */
  String frame() {
    return items(Kind.OF_ALL).stream().map(this::resolved).collect(Collectors.joining("\n"));
  }

  /** Each route by its id, with all it is made from. */
  Map<String, String> routes() {
    String frame = frame();
    Map<String, String> routes = new LinkedHashMap<>();
    for (RouteItem route : items(Kind.ROUTE)) {
      routes.put(id(route), frame + ofFile(route.fileName()) + made(route) + behind(route));
    }
    return routes;
  }

  /**
   * What passes no gate is one with the routes behind it, a delivery or a source of somebody's own:
   * none of them is exchanged while something of it is in them.
   */
  private String behind(RouteItem route) {
    boolean passesTheGate =
        graph.source(route).filter(source -> BEHIND_THE_GATE.test(source.uri())).isPresent();
    return passesTheGate
        ? ""
        : graph.behind(route).stream()
            .map(each -> ofFile(each.fileName()) + made(each))
            .collect(Collectors.joining("\n"));
  }

  /** Each template by its id, as it stands. */
  Map<String, String> templates() {
    return items(Kind.TEMPLATE).stream()
        .collect(Collectors.toMap(RouteSet::id, RouteItem::content));
  }

  private String ofFile(String fileName) {
    return items(Kind.OF_FILE).stream()
        .filter(item -> item.fileName().equals(fileName))
        .map(this::resolved)
        .collect(Collectors.joining("\n"));
  }

  private String made(RouteItem route) {
    String template = route.template().flatMap(items::template).map(RouteItem::content).orElse("");
    return RouteItems.resolve(route.content() + template, graph.values(route))
        + graph.delivers(route).map(this::deliverySettings).orElse("");
  }

  /** Steps and loops of a delivery read these without a placeholder. */
  private String deliverySettings(String destination) {
    return placeholders.entrySet().stream()
        .filter(
            setting ->
                setting.getKey().startsWith("router.delivery.")
                    || setting.getKey().startsWith(DestinationSettings.PREFIX + destination + "."))
        .sorted(Map.Entry.comparingByKey())
        .map(Object::toString)
        .collect(Collectors.joining("\n"));
  }

  private String resolved(RouteItem item) {
    return RouteItems.resolve(item.content(), placeholders);
  }
}
