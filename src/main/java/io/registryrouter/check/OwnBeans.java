package io.registryrouter.check;

import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.RouteSteps;
import io.registryrouter.config.YamlFile;
import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Beans that a user has added to routes, in the ways that routes call them. What they do is not
 * known: they may send.
 */
final class OwnBeans {

  private static final Pattern CALL = Pattern.compile("^(bean|class|ref):|\\$(simple)?\\{bean:");

  private static final Set<String> CALLING = Set.of("process", "bean");

  private final Predicate<String> routers;
  private final Set<RouteItem> callers;

  /**
   * @param routers whether a bean of that name is one of the router's
   */
  OwnBeans(RouteItems items, Predicate<String> routers) {
    this.routers = routers;
    this.callers =
        items.all().stream()
            .filter(item -> RouteSteps.any(item.node(), this::isCall))
            .collect(Collectors.toSet());
  }

  /** Whether any of these calls one. */
  boolean areIn(Collection<RouteItem> parts) {
    return parts.stream().anyMatch(callers::contains);
  }

  private boolean isCall(YamlFile.Value step) {
    if (CALLING.contains(step.name())) {
      return !routers.test(RouteItem.beanName(step.scalar("ref").orElse("")));
    }
    return step.name().equals("method")
        || step.scalar().filter(text -> CALL.matcher(text).find()).isPresent();
  }
}
