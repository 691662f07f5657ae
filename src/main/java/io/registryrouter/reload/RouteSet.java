package io.registryrouter.reload;

import io.registryrouter.config.RouteFiles;
import io.registryrouter.config.RouterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * All that {@code routes/} holds, and for each route everything that it is made from: its own text,
 * its template, what holds for all routes, and the settings that these name. Two routes that are
 * made from the same are the same.
 */
public final class RouteSet {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[?!]?([^{}:]*)(:[^{}]*)?}}");

  /** So that a value that names itself ends. */
  private static final int MAX_PLACEHOLDERS = 1000;

  private static final Pattern SPOOL = Pattern.compile("spool:([A-Za-z0-9-]+)");

  private final List<RouteItem> items;
  private final Map<String, String> placeholders;

  private RouteSet(List<RouteItem> items, Map<String, String> placeholders) {
    this.items = items;
    this.placeholders = placeholders;
  }

  /**
   * Reads the files as they are now.
   *
   * @param placeholders what stands for <code>{{key}}</code> in the files
   */
  public static RouteSet read(RouterConfig config, Map<String, String> placeholders)
      throws IOException {
    List<RouteItem> items = new ArrayList<>();
    LoadSettings settings = LoadSettings.builder().setAllowDuplicateKeys(true).build();
    for (Path file : new RouteFiles(config.home()).all()) {
      if (new Load(settings).loadFromString(Files.readString(file)) instanceof List<?> entries) {
        String name = config.home().relativize(file).toString();
        entries.forEach(entry -> items.add(RouteItem.of(name, asMap(entry))));
      }
    }
    return new RouteSet(items, placeholders);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object entry) {
    return (Map<String, Object>) entry;
  }

  List<RouteItem> items() {
    return items;
  }

  /** What every route is made from. */
  String frame() {
    return items.stream()
        .filter(item -> item.kind() == RouteItem.Kind.OF_ALL)
        .map(item -> resolve(item.content().toString(), Map.of()))
        .collect(Collectors.joining("\n"));
  }

  /** Each route by its id, with all it is made from. */
  Map<String, String> routes() {
    String frame = frame();
    Map<String, String> routes = new LinkedHashMap<>();
    items.stream()
        .filter(item -> item.kind() == RouteItem.Kind.ROUTE)
        .forEach(item -> routes.put(item.id(), frame + ofFile(item.file()) + made(item)));
    return routes;
  }

  /** Each template by its id, as it stands. */
  Map<String, String> templates() {
    return items.stream()
        .filter(item -> item.kind() == RouteItem.Kind.TEMPLATE)
        .collect(Collectors.toMap(RouteItem::id, item -> item.content().toString()));
  }

  private String ofFile(String file) {
    return items.stream()
        .filter(item -> item.kind() == RouteItem.Kind.OF_FILE && item.file().equals(file))
        .map(item -> resolve(item.content().toString(), Map.of()))
        .collect(Collectors.joining("\n"));
  }

  private String made(RouteItem item) {
    Map<String, String> parameters = parameters(item);
    String template =
        templates().getOrDefault(String.valueOf(item.body().get("routeTemplateRef")), "");
    String text = resolve(item.content() + template, parameters);
    Matcher spool = SPOOL.matcher(from(item, template, parameters));
    return spool.find() ? text + deliverySettings(spool.group(1)) : text;
  }

  private String from(RouteItem item, String template, Map<String, String> parameters) {
    if (template.isEmpty()) {
      return String.valueOf(item.body().get("from")) + item.body().get("uri");
    }
    int from = template.indexOf("from=");
    return resolve(template.substring(Math.max(0, from)), parameters);
  }

  private static Map<String, String> parameters(RouteItem item) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (item.body().get("parameters") instanceof List<?> list) {
      for (Object entry : list) {
        if (entry instanceof Map<?, ?> parameter) {
          parameters.put(
              String.valueOf(parameter.get("name")), String.valueOf(parameter.get("value")));
        }
      }
    }
    return parameters;
  }

  /** Steps and loops of a delivery read these without a placeholder. */
  private String deliverySettings(String destination) {
    return placeholders.entrySet().stream()
        .filter(
            setting ->
                setting.getKey().startsWith("router.delivery.")
                    || setting.getKey().startsWith("router.destination." + destination + "."))
        .sorted(Map.Entry.comparingByKey())
        .map(Object::toString)
        .collect(Collectors.joining("\n"));
  }

  /** Placeholders from the innermost outwards, so that a change of a value is a change of text. */
  private String resolve(String text, Map<String, String> parameters) {
    String resolved = text;
    Matcher placeholder = PLACEHOLDER.matcher(resolved);
    for (int i = 0; i < MAX_PLACEHOLDERS && placeholder.find(); i++) {
      String key = placeholder.group(1);
      String value = parameters.getOrDefault(key, placeholders.get(key));
      String stand = value != null ? value : "<" + key + ">" + placeholder.group(2);
      resolved =
          resolved.substring(0, placeholder.start())
              + stand
              + resolved.substring(placeholder.end());
      placeholder = PLACEHOLDER.matcher(resolved);
    }
    return resolved;
  }
}
