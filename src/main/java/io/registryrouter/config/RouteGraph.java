package io.registryrouter.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How routes are connected by the endpoints inside the router, as their files say it. */
public final class RouteGraph {

  private static final Pattern ENDPOINT =
      Pattern.compile("(direct:|spool:|event-door:|tail:)(?://)?([^\\s?,{}$*]+)(?:\\?.*)?");

  /** Texts for people, which may well begin with the name of an endpoint. */
  private static final Set<String> PROSE = Set.of("message", "log", "description", "note", "id");

  /** The step that waits until what was handed over is on disk. */
  private static final String WAITS = "durable";

  private static final List<String> HANDS_OVER = List.of("group", "deadLetter");

  private final RouteItems items;
  private final Map<String, String> settings;
  private final Map<RouteItem, List<RouteUse>> uses = new LinkedHashMap<>();

  /**
   * @param settings what stands for placeholders
   */
  RouteGraph(RouteItems items, Map<String, String> settings) {
    this.items = items;
    this.settings = settings;
    items.all().forEach(item -> uses.put(item, usesOf(item)));
  }

  /**
   * Which endpoints inside the router are read from and sent to, routes from templates included.
   */
  public List<RouteUse> uses() {
    return uses.values().stream().flatMap(List::stream).distinct().toList();
  }

  /** The same of a route and of those behind it, what they send to only. */
  public List<RouteUse> sends(RouteItem route) {
    return Stream.concat(Stream.of(route), behind(route).stream())
        .flatMap(each -> uses.get(each).stream())
        .filter(use -> !use.reads())
        .toList();
  }

  private List<RouteUse> usesOf(RouteItem item) {
    List<RouteUse> found = new ArrayList<>();
    if (item.kind().equals("templatedRoute")) {
      template(item).ifPresent(made -> add(found, item, made));
    } else if (!item.kind().equals("routeTemplate")) {
      add(found, item, item);
    }
    return found;
  }

  private Optional<RouteItem> template(RouteItem item) {
    return item.template().flatMap(items::template);
  }

  /** The destination whose spool a route reads; empty for any other route. */
  public Optional<String> delivers(RouteItem item) {
    return uses.get(item).stream()
        .filter(use -> use.reads() && use.isSpool())
        .map(use -> use.endpoint().substring(RouteUse.SPOOL.length()))
        .findFirst();
  }

  /** Whether a step of a route, or of one behind it, is the bean of that name. */
  public boolean comesTo(RouteItem route, String bean) {
    return parts(route).stream().anyMatch(part -> part.names(bean));
  }

  /** What a route comes to last of the steps that hand events over and of those that wait. */
  private record End(boolean waits, String where) {}

  /** Where a source, or a route behind it, hands events over behind the last step that waits. */
  public Optional<String> handsOverUnawaited(RouteItem source) {
    return end(source, new HashMap<>()).filter(end -> !end.waits()).map(End::where);
  }

  private Optional<End> end(RouteItem item, Map<RouteItem, Optional<End>> known) {
    if (!known.containsKey(item)) {
      known.put(item, Optional.empty()); // one that comes back to itself adds nothing
      Map<String, String> values = values(item);
      List<End> ends = new ArrayList<>();
      made(item)
          .flatMap(part -> part.from().flatMap(from -> from.find("steps")).stream())
          .forEach(
              steps ->
                  RouteSteps.walk(steps, step -> end(step, values, known).ifPresent(ends::add)));
      known.put(item, ends.stream().reduce((earlier, later) -> later));
    }
    return known.get(item);
  }

  private Optional<End> end(
      YamlFile.Value step, Map<String, String> values, Map<RouteItem, Optional<End>> known) {
    String text = text(step, values);
    if (RouteItem.isBean(text, WAITS)) {
      return Optional.of(new End(true, step.where()));
    }
    List<String> endpoints = endpoints(text, values);
    if (HANDS_OVER.stream().anyMatch(bean -> RouteItem.isBean(text, bean))
        || endpoints.stream().anyMatch(endpoint -> endpoint.startsWith(RouteUse.SPOOL))) {
      return Optional.of(new End(false, step.where()));
    }
    return readers(endpoints)
        .flatMap(
            item ->
                end(item, known).stream()
                    .map(end -> comesTo(item, WAITS) ? end : new End(end.waits(), step.where())))
        .reduce((earlier, later) -> later);
  }

  /** Whether a route is a source of events, which it acknowledges. */
  public boolean takesIn(RouteItem item) {
    return (made(item).anyMatch(part -> part.names("readFile"))
            && !item.kind().equals("routeTemplate"))
        || uses.get(item).stream()
            .anyMatch(use -> use.reads() && use.endpoint().matches("(event-door|tail):.*"));
  }

  /** Whether a route, or the template that it is made from, says {@code autoStartup: false}. */
  public boolean isSwitchedOff(RouteItem item) {
    Map<String, String> values = values(item);
    return made(item)
        .flatMap(part -> Stream.of(part.body(), part.body().find("route").orElse(part.body())))
        .flatMap(route -> route.scalar("autoStartup").stream())
        .anyMatch(text -> RouteItems.resolve(text, values).equalsIgnoreCase("false"));
  }

  /** All that a route does: itself, the routes behind it, and the templates of all of these. */
  public Set<RouteItem> parts(RouteItem route) {
    return Stream.concat(Stream.of(route), behind(route).stream())
        .flatMap(this::made)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private Stream<RouteItem> made(RouteItem item) {
    return Stream.concat(Stream.of(item), template(item).stream());
  }

  /** What a route, made from its template or not, reads from; empty for what is no route. */
  public Optional<EndpointUse> source(RouteItem item) {
    Map<String, String> values = values(item);
    return item.kind().equals("routeTemplate")
        ? Optional.empty()
        : made(item)
            .flatMap(part -> part.from().stream())
            .findFirst()
            .flatMap(from -> EndpointUse.of(from, values));
  }

  /**
   * The routes behind the {@code direct:} endpoints that a route sends to, and those behind them.
   */
  public Set<RouteItem> behind(RouteItem route) {
    Set<RouteItem> behind = new LinkedHashSet<>();
    follow(route, behind);
    return behind;
  }

  private void follow(RouteItem route, Set<RouteItem> behind) {
    List<String> sent =
        uses.get(route).stream()
            .filter(use -> !use.reads() && use.isDirect())
            .map(RouteUse::endpoint)
            .toList();
    readers(sent).filter(behind::add).forEach(next -> follow(next, behind));
  }

  /** The items that read from one of these, in the order of the files. */
  private Stream<RouteItem> readers(List<String> endpoints) {
    return endpoints.isEmpty()
        ? Stream.empty()
        : items.all().stream()
            .filter(
                item ->
                    uses.get(item).stream()
                        .anyMatch(use -> use.reads() && endpoints.contains(use.endpoint())));
  }

  /** What placeholders in an item, or in its template, stand for. */
  public Map<String, String> values(RouteItem item) {
    Map<String, String> values = new HashMap<>(settings);
    if (item.kind().equals("templatedRoute")) {
      template(item).ifPresent(made -> values.putAll(made.defaults()));
      values.putAll(item.parameters());
    }
    return values;
  }

  private void add(List<RouteUse> found, RouteItem item, RouteItem made) {
    Map<String, String> values = values(item);
    YamlFile.Value from = made.from().orElse(null);
    YamlFile.Value uri = made.from().flatMap(map -> map.find("uri")).orElse(null);
    RouteSteps.walk(
        made.body(),
        value -> {
          String raw = text(value, values);
          boolean reads = value == from || value == uri;
          String where = reads || raw.contains("{{") ? item.where() : value.where();
          endpoints(raw, values)
              .forEach(endpoint -> found.add(new RouteUse(where, endpoint, reads)));
        });
  }

  /** Those inside the router that a text names, several with commas between them. */
  private static List<String> endpoints(String text, Map<String, String> values) {
    return Arrays.stream(RouteItems.resolve(text, values).split(","))
        .map(part -> ENDPOINT.matcher(part.strip()))
        .filter(Matcher::matches)
        .map(RouteGraph::name)
        .toList();
  }

  /** A text, or the URI of an endpoint that is written in parts; empty for what is for people. */
  private static String text(YamlFile.Value value, Map<String, String> values) {
    if (PROSE.contains(value.name())) {
      return "";
    }
    return value
        .scalar()
        .or(
            () ->
                value
                    .find("uri")
                    .flatMap(uri -> EndpointUse.of(value, values))
                    .filter(EndpointUse::inParts)
                    .map(EndpointUse::uri))
        .orElse("");
  }

  /** A path of the door is the same with and without its first slash. */
  private static String name(Matcher endpoint) {
    String scheme = endpoint.group(1);
    String name = endpoint.group(2);
    return scheme + (scheme.equals("event-door:") && !name.startsWith("/") ? "/" : "") + name;
  }
}
