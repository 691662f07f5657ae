package io.registryrouter.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a route reads from.
 *
 * @param uri without its query
 * @param parameters those of the query and those beside the URI
 */
public record RouteSource(String uri, Map<String, String> parameters) {

  /** The place of the URI in a route or a template. */
  static Optional<YamlFile.Value> uri(RouteItem item) {
    return from(item).map(from -> from.find("uri").orElse(from));
  }

  private static Optional<YamlFile.Value> from(RouteItem item) {
    YamlFile.Value body = item.body();
    YamlFile.Value route = body.find("route").orElse(body);
    return item.kind().equals("from") ? Optional.of(body) : route.find("from");
  }

  /**
   * @param values what stands for placeholders
   */
  static Optional<RouteSource> of(RouteItem item, Map<String, String> values) {
    return uri(item)
        .filter(uri -> uri.scalar().isPresent())
        .map(uri -> of(uri, from(item).orElseThrow(), values));
  }

  private static RouteSource of(
      YamlFile.Value uri, YamlFile.Value from, Map<String, String> values) {
    String[] parts = RouteItems.resolve(uri.scalar().orElseThrow(), values).split("\\?", 2);
    Map<String, String> parameters = new HashMap<>();
    for (String option : parts.length == 1 ? new String[0] : parts[1].split("&")) {
      String[] pair = option.split("=", 2);
      parameters.put(pair[0], pair.length == 1 ? "" : pair[1]);
    }
    from.find("parameters")
        .filter(YamlFile.Value::isMap)
        .ifPresent(
            options ->
                options
                    .entries()
                    .forEach(
                        (name, value) ->
                            value
                                .scalar()
                                .ifPresent(
                                    text ->
                                        parameters.put(name, RouteItems.resolve(text, values)))));
    return new RouteSource(parts[0], parameters);
  }
}
