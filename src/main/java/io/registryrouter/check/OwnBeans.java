package io.registryrouter.check;

import io.registryrouter.config.RouteItem;
import io.registryrouter.config.YamlFile;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;

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

  private OwnBeans() {}

  static boolean areIn(Collection<RouteItem> parts) {
    return parts.stream().anyMatch(part -> part.node().has(OwnBeans::isCall));
  }

  private static boolean isCall(YamlFile.Value step) {
    boolean ofTheRouter = STEPS.contains(RouteItem.beanName(step.scalar("ref").orElse("")));
    return (step.name().matches("process|bean") && !ofTheRouter)
        || step.name().equals("method")
        || step.scalar().filter(text -> CALL.matcher(text).find()).isPresent();
  }
}
