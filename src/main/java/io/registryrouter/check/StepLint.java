package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.Nearest;
import io.registryrouter.config.Registries;
import io.registryrouter.config.Registry;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteSteps;
import io.registryrouter.config.YamlFile;
import io.registryrouter.event.Reason;
import io.registryrouter.flow.Steps;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.component.http.HttpEndpointUriFactory;

/** Mistakes within one route that Camel accepts: a rule a method. */
final class StepLint {

  private static final Pattern COMPARISON =
      Pattern.compile(
          ConditionLint.HEADER
              + "((?i:%s|%s))['\"]?]?}".formatted(Steps.REGISTRY_DOMAIN, Steps.EVENT_PATH)
              + "\\s*(==|=~|!=~?|!?in)\\s*(['\"])(.*?)\\3");
  private static final Pattern FROM_OUTSIDE =
      Pattern.compile("^(?:direct|spool|event-door|tail):[^?]*(\\{\\{(?:env|sys):[^{}]*}})");
  private static final Pattern HTTP = Pattern.compile("https?(?::[^?]*)?(?:\\?(.*))?");
  private static final Set<String> HTTP_OPTIONS = httpOptionNames();

  /**
   * EIPs that do when they are given a time, or when of several at a time they stop at the first
   * failure, or ask for the next before they are done with the one before.
   */
  private static final Set<String> LATER_AT_TIMES = Set.of("multicast", "recipientList", "split");

  private static final Predicate<String> SENDS_ON =
      Pattern.compile("(spool|direct):.*").asMatchPredicate();

  private static final String LATE =
      "goes on with events when their memory is used for others already, so that they would arrive"
          + " torn or mixed up";

  static final String TORN = LATE + "; use `to` or `multicast`, which are waited for";

  private static final String ENDS =
      "ends the whole batch before it is on disk, so that it is given back to its source; leave it"
          + " out, or skip steps by `choice` or `filter`";

  static final String STARTS_AND_STOPS =
      "stops and starts routes of its own accord, which sources and deliveries do not bear; a"
          + " destination that fails is tried again as router.delivery.backoff says";

  private static final String WITHOUT_LIBRARY =
      "needs a library that does not come with the router; what fails is given back to its source, or"
          + " stays in its spool and is tried again as router.delivery.backoff says";

  private static final String SERVES =
      "is not for the router; a URL path is taken by `from: event-door:/…`, as in"
          + " routes/11-intake-http.camel.yaml";

  /** What does not go with batches that a source waits for, wherever it stands, and why. */
  private static final Map<String, String> UNSUPPORTED =
      Map.ofEntries(
          Map.entry("wireTap", TORN),
          Map.entry("aggregate", TORN),
          Map.entry("resequence", TORN),
          Map.entry("stop", ENDS),
          Map.entry("rollback", ENDS),
          Map.entry(
              "sample",
              "leaves out events, which are given back to their source, again and again; remove it"),
          Map.entry("circuitBreaker", WITHOUT_LIBRARY),
          Map.entry("saga", WITHOUT_LIBRARY),
          Map.entry("transacted", WITHOUT_LIBRARY),
          Map.entry("rest", SERVES),
          Map.entry("restConfiguration", SERVES),
          Map.entry("routePolicy", STARTS_AND_STOPS),
          Map.entry(
              "interceptSendToEndpoint",
              "would stay in force in a running router when it is removed here; say it in the route"
                  + " itself, before the `to`"));

  private static final Set<String> NOT_THE_CONDITION = Set.of("steps", "id", "description", "note");

  private final Registries registries;
  private final List<ConfigProblem> problems;

  StepLint(Registries registries, List<ConfigProblem> problems) {
    this.registries = registries;
    this.problems = problems;
  }

  /**
   * Those of the endpoint, and the timeouts that {@code HttpComponent.createEndpoint} takes out.
   */
  private static Set<String> httpOptionNames() {
    Set<String> options = new TreeSet<>(new HttpEndpointUriFactory().propertyNames());
    options.addAll(
        List.of("connectionRequestTimeout", "connectTimeout", "responseTimeout", "soTimeout"));
    return options;
  }

  /** Whether loading it would only say once more what is said of one of its steps. */
  static boolean cannotBeLoaded(RouteItem item) {
    return item.kind().equals("rest")
        || RouteSteps.any(
            item.node(), step -> WITHOUT_LIBRARY.equals(UNSUPPORTED.get(step.name())));
  }

  void look(RouteItem item) {
    RouteSteps.walk(
        item.node(),
        value -> {
          if (value.isMap()) {
            whensThatStandTwice(value);
            value.entries().forEach((key, step) -> unsupported(value, key, step));
            constants(value);
            httpOptions(value);
          } else {
            comparisons(value);
            endpointsFromOutside(value);
            httpQuery(value);
          }
        });
  }

  /** What is checked must be what runs, whatever the environment of either. */
  private void endpointsFromOutside(YamlFile.Value value) {
    value
        .scalar()
        .map(FROM_OUTSIDE::matcher)
        .filter(Matcher::find)
        .ifPresent(
            found ->
                error(
                    value,
                    found.group(1),
                    "an endpoint is named by no variable; name it, or a setting in {{…}}: settings are"
                        + " called router.…, and their variables ROUTER_…, as ROUTER_INTAKE_POLL for"
                        + " router.intake.poll"));
  }

  private void error(YamlFile.Value at, String key, String message, Object... args) {
    problems.add(ConfigProblem.error(at.where(), key, String.format(message, args)));
  }

  /** What cannot work with exchanges of which each carries many events in memory used again. */
  private void unsupported(YamlFile.Value map, String key, YamlFile.Value step) {
    if (LATER_AT_TIMES.contains(map.name())) {
      comesBackEarly(map, key)
          .ifPresent(advice -> error(step, map.name() + " " + key, LATE + "; " + advice));
    }
    boolean later = key.equals("onCompletion") && RouteSteps.anyText(step, SENDS_ON);
    String why = later ? TORN : UNSUPPORTED.get(key);
    if (why != null) {
      error(step, key, why);
    }
  }

  /** What to do about an option by which some parts go on when it is done. */
  private static Optional<String> comesBackEarly(YamlFile.Value map, String option) {
    if (option.equals("timeout")) {
      return Optional.of("remove it");
    }
    boolean early = Set.of("stopOnException", "streaming").contains(option) && isOn(map, option);
    return early
        ? Stream.of("parallelProcessing", "executorService")
            .filter(parallel -> isOn(map, parallel))
            .findFirst()
            .map(parallel -> "remove " + parallel)
        : Optional.empty();
  }

  private static boolean isOn(YamlFile.Value map, String option) {
    return map.scalar(option).filter(value -> !value.equals("false")).isPresent();
  }

  /** The first that is true is taken, so that an equal one after it never is. */
  private void whensThatStandTwice(YamlFile.Value choice) {
    if (!choice.name().equals("choice") || choice.find("when").isEmpty()) {
      return;
    }
    Map<String, YamlFile.Value> first = new HashMap<>();
    for (YamlFile.Value when : choice.find("when").get().items()) {
      String condition = when.isMap() ? condition(when) : "";
      YamlFile.Value earlier = condition.isEmpty() ? null : first.putIfAbsent(condition, when);
      if (earlier != null) {
        error(
            when,
            condition,
            "the `when` at %s takes it first, this one never; remove one",
            earlier.where());
      }
    }
  }

  /** Language and text, e.g. {@code simple: ${header.x} == 1}; empty when it is switched off. */
  private static String condition(YamlFile.Value when) {
    if (RouteSteps.isDisabled(when)) {
      return "";
    }
    Set<String> parts = new TreeSet<>();
    when.entries()
        .forEach(
            (key, value) -> {
              if (!NOT_THE_CONDITION.contains(key)) {
                value.walk(
                    part ->
                        part.scalar()
                            .ifPresent(text -> parts.add(language(key, part) + text.strip())));
              }
            });
    return String.join(", ", parts);
  }

  /** {@code simple: x} and {@code simple: { expression: x }} are the same. */
  private static String language(String key, YamlFile.Value part) {
    return (part.name().equals("expression") || part.name().equals(key) ? key : part.name()) + ": ";
  }

  private void comparisons(YamlFile.Value value) {
    Matcher comparison = COMPARISON.matcher(value.scalar().orElse(""));
    while (comparison.find()) {
      boolean domain = comparison.group(1).equalsIgnoreCase(Steps.REGISTRY_DOMAIN);
      boolean anyCase = comparison.group(2).endsWith("=~");
      boolean list = comparison.group(2).endsWith("in");
      Stream.of(comparison.group(4).split(list ? "," : "$"))
          .map(word -> anyCase ? word.toLowerCase(Locale.ROOT) : word)
          .filter(word -> !word.contains("{{"))
          .forEach(
              word -> {
                if (!word.equals(word.strip())) blank(value, comparison.group(1), word);
                else if (domain) domain(value, word);
                else path(value, word);
              });
    }
  }

  /** Camel takes the words of a list as they stand between the commas. */
  private void blank(YamlFile.Value at, String header, String word) {
    error(
        at,
        header,
        "\"%s\" begins or ends with a blank, which would be a part of the name; write \"%s\"",
        word,
        word.strip());
  }

  private void domain(YamlFile.Value at, String name) {
    Set<String> domains = new TreeSet<>();
    registries.all().forEach(registry -> domains.add(registry.domain()));
    if (!registries.isWhole() || domains.contains(name)) {
      return;
    }
    Optional<Registry> meant = registries.byHost(name);
    String advice =
        meant.isPresent()
            ? "another name of "
                + meant.get().domain()
                + ", and the header carries that one; write it"
            : "no domain of config/registries.yaml, no event has it; domains: "
                + String.join(", ", domains)
                + Nearest.hint(name, domains);
    error(at, Steps.REGISTRY_DOMAIN, "\"%s\" is %s", name, advice);
  }

  private void path(YamlFile.Value at, String name) {
    oneOf(EventPath.labels(), at, Steps.EVENT_PATH, name, "path; paths");
  }

  private void reason(YamlFile.Value at, String label) {
    oneOf(Reason.labels(), at, Steps.DEAD_LETTER_REASON, label, "dead-letter reason; reasons");
  }

  private void oneOf(
      Collection<String> accepted, YamlFile.Value at, String key, String found, String what) {
    if (!accepted.contains(found)) {
      error(
          at,
          key,
          "\"%s\" is no %s: %s%s",
          found,
          what,
          String.join(", ", accepted),
          Nearest.hint(found, accepted));
    }
  }

  /**
   * {@code parameters: { eventPath: … }} of a door, {@code setHeader: { name: …, constant: … }}.
   */
  private void constants(YamlFile.Value map) {
    if (map.name().equals("parameters")) {
      constant(map, Steps.EVENT_PATH, this::path);
    } else if (map.name().equals("setHeader")) {
      switch (map.scalar("name").orElse("")) {
        case Steps.EVENT_PATH -> constant(map, "constant", this::path);
        case Steps.DEAD_LETTER_REASON -> constant(map, "constant", this::reason);
        default -> {}
      }
    }
  }

  private static void constant(
      YamlFile.Value map, String key, BiConsumer<YamlFile.Value, String> rule) {
    map.find(key)
        .ifPresent(
            value ->
                value
                    .scalar()
                    .filter(text -> !text.contains("{{"))
                    .ifPresent(text -> rule.accept(value, text)));
  }

  /** Camel sends options that it does not know to the destination, as a query. */
  private void httpOptions(YamlFile.Value map) {
    boolean http = map.scalar("uri").filter(HTTP.asMatchPredicate()).isPresent();
    if (http) {
      map.find("parameters")
          .filter(YamlFile.Value::isMap)
          .ifPresent(
              options -> options.entries().forEach((name, value) -> httpOption(value, name)));
    }
  }

  private void httpQuery(YamlFile.Value value) {
    Matcher uri = HTTP.matcher(value.scalar().orElse(""));
    boolean endpoint = Set.of("uri", "to", "toD").contains(value.name());
    if (endpoint && uri.matches() && uri.group(1) != null) {
      for (String option : uri.group(1).split("&")) {
        httpOption(value, option.split("=", 2)[0]);
      }
    }
  }

  private void httpOption(YamlFile.Value at, String name) {
    boolean known =
        HTTP_OPTIONS.contains(name) || name.matches("httpClient\\..+|httpConnection\\..+");
    if (!known) {
      error(
          at,
          name,
          "is no option of Camel's http component and would be sent to the destination as a query;"
              + " options: https://camel.apache.org/components/4.18.x/http-component.html%s",
          Nearest.hint(name, HTTP_OPTIONS));
    }
  }
}
