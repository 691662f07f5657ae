package io.registryrouter.flow;

import io.registryrouter.config.RouteItem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What has to be done to get from the routes that run to those that shall run.
 *
 * @param routesOut ids of routes to stop and remove; those that changed come back with {@code in}
 * @param templatesOut ids of templates to remove
 * @param frame true when what holds for all routes changed, so that all are made anew
 * @param in YAML text to load, by name of its file
 */
public record RoutePlan(
    Set<String> routesOut, Set<String> templatesOut, boolean frame, Map<String, String> in) {

  public static RoutePlan between(RouteSet before, RouteSet after) {
    boolean frame = !before.frame().equals(after.frame());
    Set<String> routesKept = same(before.routes(), after.routes());
    Set<String> templatesKept = frame ? Set.of() : same(before.templates(), after.templates());
    return new RoutePlan(
        without(before.routes().keySet(), routesKept),
        without(before.templates().keySet(), templatesKept),
        frame,
        text(after, routesKept, templatesKept, frame));
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

  private static Map<String, String> text(
      RouteSet after, Set<String> routesKept, Set<String> templatesKept, boolean frame) {
    Map<String, List<RouteItem>> byFile = new LinkedHashMap<>();
    Set<String> filesWithRoutes = new LinkedHashSet<>();
    for (RouteItem item : after.items()) {
      boolean wanted =
          switch (RouteSet.Kind.of(item)) {
            case ROUTE -> !routesKept.contains(RouteSet.id(item));
            case TEMPLATE -> !templatesKept.contains(RouteSet.id(item));
            case OF_FILE -> true;
            case OF_ALL -> frame;
          };
      if (wanted) {
        byFile.computeIfAbsent(item.fileName(), name -> new ArrayList<>()).add(item);
        if (RouteSet.Kind.of(item) != RouteSet.Kind.OF_FILE) {
          filesWithRoutes.add(item.fileName());
        }
      }
    }
    byFile.keySet().retainAll(filesWithRoutes);
    Map<String, String> text = new LinkedHashMap<>();
    byFile.forEach((file, items) -> text.put(file, RouteItem.yaml(items)));
    return text;
  }

  /** True when the routes stay as they are. */
  public boolean isEmpty() {
    return routesOut.isEmpty() && templatesOut.isEmpty() && in.isEmpty();
  }
}
