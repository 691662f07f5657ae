package io.registryrouter.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The route files under {@code routes/} as YAML, item by item, without what Camel makes of them.
 */
public final class RouteItems {

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{(?!env:|sys:)[?!]?([^{}:]+)(?::([^{}]*))?}}");

  /** How deep placeholders may stand in one another; a value that names itself ends here. */
  private static final int MAX_NESTING = 10;

  private final List<RouteItem> all = new ArrayList<>();
  private final List<ConfigProblem> problems = new ArrayList<>();
  private boolean whole = true;

  private RouteItems() {}

  /** Reads every file. */
  static RouteItems read(ConfigFiles files) {
    RouteItems items = new RouteItems();
    List<String> names = files.routes();
    if (names.isEmpty()) {
      items.whole = false;
      items.problems.add(
          ConfigProblem.error("routes/", "", "holds no *.camel.yaml; restore it from the release"));
    }
    for (String name : names) {
      int before = items.problems.size();
      Optional<YamlFile.Value> root = YamlFile.read(files, name, items.problems);
      items.whole &= items.problems.size() == before;
      root.ifPresent(value -> items.add(files, name, value));
    }
    return items;
  }

  /** What is no YAML, and keys that stand twice. */
  public List<ConfigProblem> problems() {
    return List.copyOf(problems);
  }

  /**
   * An error for each bean that is another one than that of its name which has run.
   *
   * @param ran the YAML of each, by name
   */
  public List<ConfigProblem> changedBeans(Map<String, String> ran) {
    return beanItems().entrySet().stream()
        .filter(bean -> ran.containsKey(bean.getKey()))
        .filter(bean -> !yaml(bean.getValue()).equals(ran.get(bean.getKey())))
        .map(
            bean ->
                ConfigProblem.error(
                    bean.getValue().where(),
                    bean.getKey(),
                    "a bean cannot change while the router runs, for expressions keep the one that"
                        + " they found; give it another name, or restart the router"))
        .toList();
  }

  private static String yaml(YamlFile.Value value) {
    return YamlFile.list(List.of(value));
  }

  /** The YAML of each bean, by name. */
  public Map<String, String> beans() {
    Map<String, String> beans = new LinkedHashMap<>();
    beanItems().forEach((name, bean) -> beans.put(name, yaml(bean)));
    return beans;
  }

  private Map<String, YamlFile.Value> beanItems() {
    Map<String, YamlFile.Value> beans = new LinkedHashMap<>();
    all.stream()
        .filter(item -> item.kind().equals("beans"))
        .flatMap(item -> item.body().items().stream())
        .forEach(bean -> bean.scalar("name").ifPresent(name -> beans.put(name, bean)));
    return beans;
  }

  private void add(ConfigFiles files, String name, YamlFile.Value root) {
    root.walk(value -> {}); // finds keys that stand twice
    List<YamlFile.Value> nodes = root.items();
    List<String> lines = lines(files, name);
    for (int i = 0; i < nodes.size(); i++) {
      int from = nodes.get(i).line();
      int to = i + 1 < nodes.size() ? nodes.get(i + 1).line() : lines.size() + 1;
      all.add(new RouteItem(files.home().resolve(name), only(lines, from, to), nodes.get(i)));
    }
  }

  private static List<String> lines(ConfigFiles files, String name) {
    try {
      return files.lines(name);
    } catch (IOException e) {
      throw new IllegalStateException(name + " was read as YAML", e);
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

  /** How they are connected, with what stands for their placeholders. */
  public RouteGraph graph(Map<String, String> settings) {
    return new RouteGraph(this, settings);
  }

  /** Names of the spools that routes read from or send to. */
  Set<String> destinations() {
    Set<String> names = new TreeSet<>();
    graph(Map.of()).uses().stream()
        .filter(RouteUse::isSpool)
        .forEach(use -> names.add(use.endpoint().substring(RouteUse.SPOOL.length())));
    return names;
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
