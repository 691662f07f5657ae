package io.registryrouter.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A top-level item of a route file: a route, a template, a route made from one, and so on. */
public final class RouteItem {

  private static final Pattern BEAN = Pattern.compile("^(#bean:|bean:|#)");

  private final Path file;
  private final String text;
  private final YamlFile.Value node;

  RouteItem(Path file, String text, YamlFile.Value node) {
    this.file = file;
    this.text = text;
    this.node = node;
  }

  public Path file() {
    return file;
  }

  /** The file relative to the home, as messages show it. */
  public String fileName() {
    return node.file();
  }

  /** What it says, as YAML; two that say the same are equal. */
  public String content() {
    return yaml(List.of(this));
  }

  /** Items as the text of a route file. */
  public static String yaml(List<RouteItem> items) {
    return YamlFile.list(items.stream().map(RouteItem::node).toList());
  }

  /** The file's text with everything else blanked out, so that lines keep their numbers. */
  public String text() {
    return text;
  }

  /** {@code file:line}. */
  public String where() {
    return node.where();
  }

  /** The word it begins with, e.g. {@code route}; empty when it is no map. */
  public String kind() {
    return node.isMap() ? node.entries().keySet().stream().findFirst().orElse("") : "";
  }

  /** The name a route is told apart by. */
  public Optional<String> id() {
    return switch (kind()) {
      case "from" -> Optional.empty(); // its id is that of the endpoint
      case "templatedRoute" -> text("routeId");
      default -> text("id");
    };
  }

  /** The template that it is made from. */
  public Optional<String> template() {
    return text("routeTemplateRef");
  }

  /** How messages name it. */
  public String key() {
    return id().map(id -> kind().replace("templatedRoute", "route") + " " + id).orElse(kind());
  }

  /** What its template's placeholders stand for. */
  public Map<String, String> parameters() {
    return parameters("value");
  }

  /** What the placeholders of a template stand for when a route says nothing else. */
  Map<String, String> defaults() {
    return parameters("defaultValue");
  }

  private Map<String, String> parameters(String key) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (YamlFile.Value item :
        body().find("parameters").map(YamlFile.Value::items).orElse(List.of())) {
      item.scalar("name")
          .ifPresent(name -> item.scalar(key).ifPresent(value -> parameters.put(name, value)));
    }
    return parameters;
  }

  /** The place of the first value that holds the text, or whose key it is. */
  Optional<String> whereIs(String text) {
    List<String> places = new ArrayList<>();
    node.walk(
        value -> {
          if (value.name().equals(text)
              || value.scalar().filter(s -> s.contains(text)).isPresent()) {
            places.add(value.where());
          }
        });
    return text.isEmpty() ? Optional.empty() : places.stream().findFirst();
  }

  /** A mistake of the item as a whole. */
  public ConfigProblem error(String message) {
    return ConfigProblem.error(where(), key(), message);
  }

  /** Whether a step of it is the bean of that name. */
  public boolean names(String bean) {
    return RouteSteps.anyText(node, text -> isBean(text, bean));
  }

  /** Whether a step's text names the bean, in any of the ways that Camel takes. */
  public static boolean isBean(String text, String bean) {
    return beanName(text).equals(bean);
  }

  /** The name in a step's text without what Camel takes before one. */
  public static String beanName(String text) {
    return BEAN.matcher(text).replaceFirst("");
  }

  /** Where it reads from: a map with a {@code uri}, or a text. */
  public Optional<YamlFile.Value> from() {
    YamlFile.Value route = body().find("route").orElse(body());
    return kind().equals("from") ? Optional.of(body()) : route.find("from");
  }

  private Optional<String> text(String key) {
    return body().scalar(key).filter(text -> !text.isBlank());
  }

  public YamlFile.Value node() {
    return node;
  }

  public YamlFile.Value body() {
    return node.find(kind()).orElse(node);
  }
}
