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

  /** As YAML says it: maps, lists, texts, numbers. */
  public Object content() {
    return node.content();
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
    return text(kind().equals("templatedRoute") ? "routeId" : "id");
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
    Map<String, String> parameters = new LinkedHashMap<>();
    body()
        .find("parameters")
        .ifPresent(
            list ->
                list.items()
                    .forEach(
                        item ->
                            item.find("name")
                                .flatMap(YamlFile.Value::scalar)
                                .ifPresent(
                                    name ->
                                        item.find("value")
                                            .flatMap(YamlFile.Value::scalar)
                                            .ifPresent(value -> parameters.put(name, value)))));
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

  /** Whether a step of it is the bean of that name. */
  boolean names(String bean) {
    return node.hasText(text -> text.matches("(bean:|#)?" + Pattern.quote(bean)));
  }

  private Optional<String> text(String key) {
    return body().find(key).flatMap(YamlFile.Value::scalar).filter(text -> !text.isBlank());
  }

  public YamlFile.Value node() {
    return node;
  }

  public YamlFile.Value body() {
    return node.find(kind()).orElse(node);
  }
}
