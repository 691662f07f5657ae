package io.registryrouter.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An endpoint as a route reads from it or sends to it, with what stands for its placeholders.
 *
 * @param uri without its query
 * @param parameters those of the query and those beside the URI
 * @param inParts whether the URI names a component only, and a parameter the rest
 */
public record EndpointUse(String uri, Map<String, String> parameters, boolean inParts) {

  /** By component, the parameter that stands for what a URI has behind its colon. */
  private static final Map<String, String> REST =
      Map.of("direct", "name", "file", "directoryName", "http", "httpUri", "https", "httpUri");

  /**
   * @param at a map with a {@code uri}, or a text that is one; anything else is none
   * @param values what stands for placeholders
   */
  public static Optional<EndpointUse> of(YamlFile.Value at, Map<String, String> values) {
    return at.find("uri")
        .orElse(at)
        .scalar()
        .map(uri -> of(RouteItems.resolve(uri, values), at, values));
  }

  private static EndpointUse of(String uri, YamlFile.Value at, Map<String, String> values) {
    String[] parts = uri.split("\\?", 2);
    Map<String, String> parameters = new HashMap<>();
    for (String option : parts.length == 1 ? new String[0] : parts[1].split("&")) {
      String[] pair = option.split("=", 2);
      parameters.put(pair[0], pair.length == 1 ? "" : pair[1]);
    }
    at.find("parameters")
        .filter(YamlFile.Value::isMap)
        .ifPresent(
            options ->
                options.entries().forEach((name, value) -> put(parameters, name, value, values)));
    String rest = parameters.remove(REST.getOrDefault(parts[0], ""));
    return new EndpointUse(
        rest == null ? parts[0] : parts[0] + ":" + rest, parameters, rest != null);
  }

  private static void put(
      Map<String, String> parameters,
      String name,
      YamlFile.Value value,
      Map<String, String> values) {
    value.scalar().ifPresent(text -> parameters.put(name, RouteItems.resolve(text, values)));
  }
}
