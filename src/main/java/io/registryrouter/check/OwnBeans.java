package io.registryrouter.check;

import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.YamlFile;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Beans that a user has added to routes, in the ways that routes call them. What they do is not
 * known: they may send.
 */
final class OwnBeans {

  private static final Set<String> STEPS =
      Set.of(
          "archive",
          "deadLetter",
          "decode",
          "durable",
          "enrich",
          "group",
          "readFile",
          "reply",
          "request");

  private static final Pattern CALL = Pattern.compile("^(bean|class|ref):|\\$(simple)?\\{bean:");

  private static final Set<String> CALLING = Set.of("process", "bean");

  private final Set<RouteItem> callers;

  OwnBeans(RouteItems items) {
    callers =
        items.all().stream()
            .filter(item -> item.node().has(OwnBeans::isCall))
            .collect(Collectors.toSet());
  }

  /** Whether any of these calls one. */
  boolean areIn(Collection<RouteItem> parts) {
    return parts.stream().anyMatch(callers::contains);
  }

  private static boolean isCall(YamlFile.Value step) {
    if (CALLING.contains(step.name())) {
      return !STEPS.contains(RouteItem.beanName(step.scalar("ref").orElse("")));
    }
    return step.name().equals("method")
        || step.scalar().filter(text -> CALL.matcher(text).find()).isPresent();
  }
}
