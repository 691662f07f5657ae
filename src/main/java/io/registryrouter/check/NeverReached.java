package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.YamlFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Each {@code when} that asks for domains of which others before it, that ask for nothing but the
 * domain either, took every one when events of all registries were sent through the routes.
 */
final class NeverReached {

  private static final String DOMAIN = "\\$\\{header\\.registryDomain}";
  private static final Pattern ASKS =
      Pattern.compile("\\s*" + DOMAIN + "\\s+(==|=~|in)\\s+(['\"])(.*)\\2\\s*");

  private final Rehearsal rehearsal;
  private final List<ConfigProblem> problems = new ArrayList<>();

  private NeverReached(Rehearsal rehearsal) {
    this.rehearsal = rehearsal;
  }

  /**
   * @param rehearsal that {@link Coverage} has gone through
   */
  static List<ConfigProblem> problems(RouterConfig config, Rehearsal rehearsal) {
    NeverReached reached = new NeverReached(rehearsal);
    config.routes().all().forEach(item -> item.node().walkSteps(reached::look));
    return reached.problems;
  }

  private void look(YamlFile.Value choice) {
    Optional<YamlFile.Value> whens = choice.find("when").filter(YamlFile.Value::isList);
    if (!choice.name().equals("choice") || whens.isEmpty()) {
      return;
    }
    List<YamlFile.Value> before = new ArrayList<>();
    for (YamlFile.Value when : whens.get().items()) {
      Set<String> takers = new TreeSet<>();
      Set<String> domains = domains(when);
      boolean taken =
          !domains.isEmpty()
              && domains.stream().allMatch(domain -> taker(before, domain, takers))
              && rehearsal.took(when.where()).isEmpty();
      if (taken) {
        problems.add(
            ConfigProblem.warning(
                when.where(),
                condition(when),
                "is never reached: "
                    + String.join(", ", domains)
                    + " is taken by the `when` at "
                    + String.join(", ", takers)
                    + "; remove it, or move it up"));
      }
      before.add(when);
    }
  }

  private boolean taker(List<YamlFile.Value> whens, String domain, Set<String> takers) {
    Optional<String> taker =
        whens.stream()
            .filter(NeverReached::asksForNothingElse)
            .map(YamlFile.Value::where)
            .filter(where -> rehearsal.took(where).contains(domain))
            .findFirst();
    taker.ifPresent(takers::add);
    return taker.isPresent();
  }

  private static Set<String> domains(YamlFile.Value when) {
    Matcher asks = ASKS.matcher(condition(when));
    if (!asks.matches()) {
      return Set.of();
    }
    String names =
        asks.group(1).equals("=~") ? asks.group(3).toLowerCase(Locale.ROOT) : asks.group(3);
    return new TreeSet<>(
        List.of(asks.group(1).equals("in") ? names.split(",") : new String[] {names}));
  }

  /** What else is asked for may be true of these events and not of others. */
  private static boolean asksForNothingElse(YamlFile.Value when) {
    String condition = condition(when);
    return !condition.isEmpty() && !condition.replaceAll(DOMAIN, "").contains("{");
  }

  private static String condition(YamlFile.Value when) {
    return Stream.of("simple", "constant")
        .flatMap(language -> when.find(language).stream())
        .flatMap(value -> value.find("expression").or(() -> Optional.of(value)).stream())
        .flatMap(value -> value.scalar().stream())
        .findFirst()
        .orElse("");
  }
}
