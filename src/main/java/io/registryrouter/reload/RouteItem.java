package io.registryrouter.reload;

import java.util.Map;

/**
 * One entry of a route file.
 *
 * @param file name of the route file
 * @param id of a route or template; empty for everything else
 * @param content as YAML says it: maps, lists, texts, numbers
 */
record RouteItem(String file, Kind kind, String id, Map<String, Object> content) {

  enum Kind {
    ROUTE,
    TEMPLATE,
    /** Holds for the routes of its file, e.g. {@code onException}. */
    OF_FILE,
    /** Holds for all routes, e.g. {@code routeConfiguration}. */
    OF_ALL
  }

  /** Kebab-case is accepted by Camel too. */
  static RouteItem of(String file, Map<String, Object> content) {
    String key =
        content.keySet().iterator().next().replace("-", "").toLowerCase(java.util.Locale.ROOT);
    return switch (key) {
      case "route", "from" -> new RouteItem(file, Kind.ROUTE, text(content, "id"), content);
      case "templatedroute" -> new RouteItem(file, Kind.ROUTE, text(content, "routeId"), content);
      case "routetemplate" -> new RouteItem(file, Kind.TEMPLATE, text(content, "id"), content);
      case "onexception",
          "oncompletion",
          "errorhandler",
          "intercept",
          "interceptfrom",
          "interceptsendtoendpoint" ->
          new RouteItem(file, Kind.OF_FILE, "", content);
      default -> new RouteItem(file, Kind.OF_ALL, "", content);
    };
  }

  /** The body of the entry: what stands below its one key. */
  Map<?, ?> body() {
    return content.values().iterator().next() instanceof Map<?, ?> body ? body : Map.of();
  }

  private static String text(Map<String, Object> content, String key) {
    Object body = content.values().iterator().next();
    return body instanceof Map<?, ?> map && map.get(key) != null ? map.get(key).toString() : "";
  }
}
