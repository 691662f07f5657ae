package io.registryrouter.config;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The steps in a part of a route file, in its order; what is {@code disabled} is left out. */
public final class RouteSteps {

  private RouteSteps() {}

  /** The part itself, then all that is below it. */
  public static void walk(YamlFile.Value part, Consumer<YamlFile.Value> visitor) {
    if (!isDisabled(part)) {
      visitor.accept(part);
      part.children().forEach(child -> walk(child, visitor));
    }
  }

  /** The same, but only each list of steps. */
  public static void walkLists(YamlFile.Value part, Consumer<List<YamlFile.Value>> visitor) {
    walk(
        part,
        value -> {
          if (value.name().equals("steps") && value.isList()) {
            visitor.accept(value.items());
          }
        });
  }

  /** Whether the part is, or has somewhere below, a value of that kind. */
  public static boolean any(YamlFile.Value part, Predicate<YamlFile.Value> kind) {
    return !isDisabled(part)
        && (kind.test(part) || part.children().stream().anyMatch(child -> any(child, kind)));
  }

  /** The same of a text. */
  public static boolean anyText(YamlFile.Value part, Predicate<String> kind) {
    return any(part, value -> value.scalar().filter(kind).isPresent());
  }

  public static boolean isDisabled(YamlFile.Value step) {
    return step.isTrue("disabled");
  }
}
