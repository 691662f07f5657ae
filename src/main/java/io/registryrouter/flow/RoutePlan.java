package io.registryrouter.flow;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.registryrouter.config.RouteItem;
import io.registryrouter.flow.RouteSet.Kind;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What has to be done to get from the routes that run to those that shall run.
 *
 * @param routesOut ids of routes to stop and remove; those that changed come back with {@code in}
 * @param templatesOut ids of templates to remove
 * @param frame true when what holds for all routes changed, so that all are made anew
 * @param frameIn YAML text of what holds for all routes, by name of its file; to load before {@code
 *     in}, for a route takes the beans that are there when it is made
 * @param in YAML text to load, by name of its file
 */
public record RoutePlan(
    Set<String> routesOut,
    Set<String> templatesOut,
    boolean frame,
    Map<String, String> frameIn,
    Map<String, String> in) {

  public static RoutePlan between(RouteSet before, RouteSet after) {
    boolean frame = !before.frame().equals(after.frame());
    Set<String> routesKept = same(before.routes(), after.routes());
    Set<String> templatesKept = frame ? Set.of() : same(before.templates(), after.templates());
    return new RoutePlan(
        without(before.routes().keySet(), routesKept),
        without(before.templates().keySet(), templatesKept),
        frame,
        frame ? text(byFile(after, item -> Kind.of(item) == Kind.OF_ALL)) : Map.of(),
        text(filesWithRoutes(after, routesKept, templatesKept)));
  }

  private static Set<String> same(Map<String, String> before, Map<String, String> after) {
    Set<String> same = new LinkedHashSet<>(before.keySet());
    same.removeIf(id -> !before.get(id).equals(after.get(id)));
    return same;
  }

  private static Set<String> without(Set<String> all, Set<String> kept) {
    Set<String> rest = new LinkedHashSet<>(all);
    rest.removeAll(kept);
    return rest;
  }

  /** Those files with a route or a template to load, and with them what holds for their routes. */
  private static Map<String, List<RouteItem>> filesWithRoutes(
      RouteSet after, Set<String> routesKept, Set<String> templatesKept) {
    Predicate<RouteItem> wanted =
        item ->
            switch (Kind.of(item)) {
              case ROUTE -> !routesKept.contains(RouteSet.id(item));
              case TEMPLATE -> !templatesKept.contains(RouteSet.id(item));
              case OF_FILE -> true;
              case OF_ALL -> false;
            };
    Map<String, List<RouteItem>> files = byFile(after, wanted);
    files
        .values()
        .removeIf(items -> items.stream().allMatch(item -> Kind.of(item) == Kind.OF_FILE));
    return files;
  }

  private static Map<String, List<RouteItem>> byFile(RouteSet set, Predicate<RouteItem> wanted) {
    return set.items().stream()
        .filter(wanted)
        .collect(groupingBy(RouteItem::fileName, LinkedHashMap::new, toList()));
  }

  private static Map<String, String> text(Map<String, List<RouteItem>> files) {
    Map<String, String> text = new LinkedHashMap<>();
    files.forEach((file, items) -> text.put(file, RouteItem.yaml(items)));
    return text;
  }

  /** Names of all files of which something is loaded. */
  public Set<String> filesIn() {
    Set<String> files = new TreeSet<>(frameIn.keySet());
    files.addAll(in.keySet());
    return files;
  }

  /** True when the routes stay as they are. */
  public boolean isEmpty() {
    return routesOut.isEmpty() && templatesOut.isEmpty() && frameIn.isEmpty() && in.isEmpty();
  }
}
