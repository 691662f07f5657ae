package io.registryrouter.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The route files under {@code routes/} as YAML, item by item, without what Camel makes of them.
 */
public final class RouteItems {

  private static final Pattern ENDPOINT =
      Pattern.compile("(direct:|spool:|event-door:|tail:)(?://)?([^\\s?,{}$*]+)(?:\\?.*)?");
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{(?!env:|sys:)[?!]?([^{}:]+)(?::([^{}]*))?}}");

  /** How deep placeholders may stand in one another; a value that names itself ends here. */
  private static final int MAX_NESTING = 10;

  /** Texts for people, which may well begin with the name of an endpoint. */
  private static final Set<String> PROSE = Set.of("message", "log", "description", "note", "id");

  private final List<RouteItem> all = new ArrayList<>();
  private final List<ConfigProblem> problems = new ArrayList<>();
  private boolean whole = true;

  private RouteItems() {}

  /** Reads every file. */
  static RouteItems read(Path home) {
    RouteItems items = new RouteItems();
    List<Path> files = new RouteFiles(home).all();
    if (files.isEmpty()) {
      items.whole = false;
      items.problems.add(
          ConfigProblem.error("routes/", "", "holds no *.camel.yaml; restore it from the release"));
    }
    for (Path file : files) {
      int before = items.problems.size();
      Optional<YamlFile.Value> root = YamlFile.read(home, file, items.problems);
      items.whole &= items.problems.size() == before;
      root.ifPresent(value -> items.add(file, value));
    }
    return items;
  }

  /** What is no YAML, and keys that stand twice. */
  public List<ConfigProblem> problems() {
    return List.copyOf(problems);
  }

  private void add(Path file, YamlFile.Value root) {
    root.walk(value -> {}); // finds keys that stand twice
    List<YamlFile.Value> nodes = root.items();
    List<String> lines = lines(file);
    for (int i = 0; i < nodes.size(); i++) {
      int from = nodes.get(i).line();
      int to = i + 1 < nodes.size() ? nodes.get(i + 1).line() : lines.size() + 1;
      all.add(new RouteItem(file, only(lines, from, to), nodes.get(i)));
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // it was just read, and is gone now
    }
  }

  /** The lines from {@code from} to before {@code to}; a list in one line stays whole. */
  private static String only(List<String> lines, int from, int to) {
    if (from >= to) {
      return String.join("\n", lines);
    }
    return "\n".repeat(from - 1) + String.join("\n", lines.subList(from - 1, to - 1)) + "\n";
  }

  /** In the order of the files. */
  public List<RouteItem> all() {
    return all;
  }

  /** Whether every file could be read, so that what is missing is not in one of the others. */
  public boolean isWhole() {
    return whole;
  }

  /** Where a text stands in an item, or else in its template, or else where the item begins. */
  public String whereIs(RouteItem item, String text) {
    return item.whereIs(text)
        .or(() -> item.template().flatMap(this::template).flatMap(made -> made.whereIs(text)))
        .orElse(item.where());
  }

  /** The first template of that name. */
  public Optional<RouteItem> template(String id) {
    return all.stream()
        .filter(item -> item.kind().equals("routeTemplate") && item.id().equals(Optional.of(id)))
        .findFirst();
  }

  /** Names of the spools that routes read from or send to. */
  Set<String> destinations() {
    Set<String> names = new TreeSet<>();
    uses(Map.of()).stream()
        .filter(RouteUse::isSpool)
        .forEach(use -> names.add(use.endpoint().substring(RouteUse.SPOOL.length())));
    return names;
  }

  /**
   * Which endpoints inside the router are read from and sent to, routes from templates included.
   *
   * @param settings what placeholders stand for
   */
  public List<RouteUse> uses(Map<String, String> settings) {
    Set<RouteUse> uses = new LinkedHashSet<>();
    all.forEach(item -> uses.addAll(uses(item, settings)));
    return new ArrayList<>(uses);
  }

  /** The same of a route and of those behind it, what they send to only. */
  public List<RouteUse> sends(RouteItem route, Map<String, String> settings) {
    return Stream.concat(Stream.of(route), behind(route, settings).stream())
        .flatMap(each -> uses(each, settings).stream())
        .filter(use -> !use.reads())
        .toList();
  }

  private List<RouteUse> uses(RouteItem item, Map<String, String> settings) {
    List<RouteUse> uses = new ArrayList<>();
    if (item.kind().equals("templatedRoute")) {
      item.template().flatMap(this::template).ifPresent(made -> add(uses, item, made, settings));
    } else if (!item.kind().equals("routeTemplate")) {
      add(uses, item, item, settings);
    }
    return uses;
  }

  /** The destination whose spool a route reads; empty for any other route. */
  public Optional<String> delivers(RouteItem item, Map<String, String> settings) {
    return uses(item, settings).stream()
        .filter(use -> use.reads() && use.isSpool())
        .map(use -> use.endpoint().substring(RouteUse.SPOOL.length()))
        .findFirst();
  }

  /** Whether a step of a route, or of one behind it, is the bean of that name. */
  public boolean comesTo(RouteItem route, String bean, Map<String, String> settings) {
    return parts(route, settings).stream().anyMatch(part -> part.names(bean));
  }

  /** Whether a route is a source of events, which it acknowledges. */
  public boolean takesIn(RouteItem item, Map<String, String> settings) {
    return (made(item).anyMatch(part -> part.names("readFile"))
            && !item.kind().equals("routeTemplate"))
        || uses(item, settings).stream()
            .anyMatch(use -> use.reads() && use.endpoint().matches("(event-door|tail):.*"));
  }

  /** All that a route does: itself, the routes behind it, and the templates of all of these. */
  public Set<RouteItem> parts(RouteItem route, Map<String, String> settings) {
    return Stream.concat(Stream.of(route), behind(route, settings).stream())
        .flatMap(this::made)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private Stream<RouteItem> made(RouteItem item) {
    return Stream.concat(Stream.of(item), item.template().flatMap(this::template).stream());
  }

  /** What a route, made from its template or not, reads from; empty for what is no route. */
  public Optional<EndpointUse> source(RouteItem item, Map<String, String> settings) {
    Map<String, String> values = values(item, settings);
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
  public Set<RouteItem> behind(RouteItem route, Map<String, String> settings) {
    Set<RouteItem> behind = new LinkedHashSet<>();
    follow(route, settings, behind);
    return behind;
  }

  private void follow(RouteItem route, Map<String, String> settings, Set<RouteItem> behind) {
    Set<String> sent = new TreeSet<>();
    uses(route, settings).stream()
        .filter(use -> !use.reads() && use.isDirect())
        .forEach(use -> sent.add(use.endpoint()));
    for (RouteItem other : sent.isEmpty() ? List.<RouteItem>of() : all) {
      boolean next =
          uses(other, settings).stream()
              .anyMatch(use -> use.reads() && sent.contains(use.endpoint()));
      if (next && behind.add(other)) {
        follow(other, settings, behind);
      }
    }
  }

  /** What placeholders in an item, or in its template, stand for. */
  public Map<String, String> values(RouteItem item, Map<String, String> settings) {
    Map<String, String> values = new HashMap<>(settings);
    if (item.kind().equals("templatedRoute")) {
      item.template().flatMap(this::template).ifPresent(made -> values.putAll(made.defaults()));
      values.putAll(item.parameters());
    }
    return values;
  }

  private void add(
      List<RouteUse> uses, RouteItem item, RouteItem made, Map<String, String> settings) {
    Map<String, String> values = values(item, settings);
    YamlFile.Value source = made.from().map(from -> from.find("uri").orElse(from)).orElse(null);
    made.body()
        .walk(
            value -> {
              String raw = PROSE.contains(value.name()) ? "" : value.scalar().orElse("");
              boolean reads = value == source;
              String where = reads || raw.contains("{{") ? item.where() : value.where();
              for (String uri : resolve(raw, values).split(",")) {
                Matcher endpoint = ENDPOINT.matcher(uri.strip());
                if (endpoint.matches()) {
                  uses.add(new RouteUse(where, name(endpoint), reads));
                }
              }
            });
  }

  /** A path of the door is the same with and without its first slash. */
  private static String name(Matcher endpoint) {
    String scheme = endpoint.group(1);
    String name = endpoint.group(2);
    return scheme + (scheme.equals("event-door:") && !name.startsWith("/") ? "/" : "") + name;
  }

  /** Placeholders from the inside out; one that stands for nothing, and has no default, stays. */
  public static String resolve(String text, Map<String, String> values) {
    String resolved = text;
    for (int i = 0; i < MAX_NESTING && resolved.contains("{{"); i++) {
      resolved = PLACEHOLDER.matcher(resolved).replaceAll(name -> stand(name, values));
    }
    return resolved;
  }

  private static String stand(MatchResult placeholder, Map<String, String> values) {
    String fallback = placeholder.group(2) == null ? placeholder.group() : placeholder.group(2);
    return Matcher.quoteReplacement(values.getOrDefault(placeholder.group(1), fallback));
  }
}
