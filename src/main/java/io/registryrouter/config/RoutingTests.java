package io.registryrouter.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code config/routing-tests.yaml}. */
public final class RoutingTests {

  public static final String FILE = "config/routing-tests.yaml";

  private final Path home;
  private final Set<String> destinations;
  private final Set<String> reasons;
  private final List<RoutingTest> rows = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private RoutingTests(Path home, Set<String> destinations, Set<String> reasons) {
    this.home = home;
    this.destinations = new TreeSet<>(destinations);
    this.reasons = reasons;
  }

  /**
   * The rows without a mistake, in their order.
   *
   * @param reasons those that a row may expect
   * @param problems what is wrong is added here
   */
  public static List<RoutingTest> load(
      ConfigFiles files,
      Set<String> destinations,
      Set<String> reasons,
      List<ConfigProblem> problems) {
    if (files.isMissing(FILE)) {
      problems.add(
          ConfigProblem.warning(
              FILE,
              "",
              "does not exist, so no routing test is run; restore it from the release, it may be"
                  + " empty"));
      return List.of();
    }
    RoutingTests tests = new RoutingTests(files.home(), destinations, reasons);
    YamlFile.readIfNotEmpty(files, FILE, problems)
        .ifPresent(root -> root.items().forEach(row -> tests.add(row, problems)));
    return List.copyOf(tests.rows);
  }

  private void add(YamlFile.Value row, List<ConfigProblem> problems) {
    int before = ConfigProblem.errors(problems).size();
    row.refuseKeysOtherThan("name", "path", "event", "file", "expect", "dead-letter", "never");
    Optional<String> name = row.required("name").flatMap(YamlFile.Value::text);
    EventPath path = row.get("path").flatMap(this::path).orElse(EventPath.ACTIVITY_TRACKER);
    requireOneSource(row);
    requireExpectation(row);
    RoutingTest test =
        new RoutingTest(
            row.where(),
            name.orElse(""),
            path,
            row.get("event").flatMap(YamlFile.Value::textOrJson),
            row.get("file").flatMap(this::file),
            row.get("expect").map(this::named).orElse(Set.of()),
            row.get("dead-letter").flatMap(this::reason),
            row.get("never").map(this::named).orElse(Set.of()));
    name.filter(text -> !names.add(text))
        .ifPresent(text -> row.problem("\"%s\" is the name of two rows; rename one", text));
    if (ConfigProblem.errors(problems).size() == before) {
      rows.add(test);
    }
  }

  private static void requireOneSource(YamlFile.Value row) {
    if (row.get("event").isPresent() == row.get("file").isPresent()) {
      row.problem("needs either an \"event\" or a \"file\" that holds one");
    }
  }

  private static void requireExpectation(YamlFile.Value row) {
    boolean expect = row.get("expect").isPresent();
    boolean deadLetter = row.get("dead-letter").isPresent();
    if (expect && deadLetter) {
      row.problem("has both \"expect\" and \"dead-letter\"; keep one");
    }
    if (!expect && !deadLetter && row.get("never").isEmpty()) {
      row.problem("expects nothing; add \"expect\", \"dead-letter\" or \"never\"");
    }
  }

  private Optional<EventPath> path(YamlFile.Value value) {
    Optional<String> label = value.text();
    Optional<EventPath> path = label.flatMap(EventPath::of);
    if (label.isPresent() && path.isEmpty()) {
      value.problem(
          "\"%s\" is no path; paths: %s%s",
          label.get(),
          String.join(", ", EventPath.labels()),
          Nearest.hint(label.get(), EventPath.labels()));
    }
    return path;
  }

  private Optional<Path> file(YamlFile.Value value) {
    Optional<Path> file = value.text().map(home::resolve);
    if (file.isPresent() && !Files.isRegularFile(file.get())) {
      value.problem("\"%s\" is no file; paths count from the router's home", value.text().get());
      return Optional.empty();
    }
    return file;
  }

  private Set<String> named(YamlFile.Value value) {
    List<YamlFile.Value> values = value.isList() ? value.items() : List.of(value);
    if (values.isEmpty()) {
      value.problem("is an empty list; name a destination");
    }
    Set<String> named = new TreeSet<>();
    for (YamlFile.Value each : values) {
      Optional<String> name = each.text();
      if (name.isPresent() && !destinations.contains(name.get())) {
        each.problem(
            "\"%s\" is no destination; destinations: %s%s",
            name.get(), String.join(", ", destinations), Nearest.hint(name.get(), destinations));
      }
      if (name.isPresent() && !named.add(name.get())) {
        each.warning("\"%s\" stands twice, and means one copy; remove one", name.get());
      }
    }
    return named;
  }

  private Optional<String> reason(YamlFile.Value value) {
    Optional<String> reason = value.text();
    if (reason.isPresent() && !reasons.contains(reason.get())) {
      value.problem(
          "\"%s\" is no reason that an event dies of before it is sent; reasons: %s%s",
          reason.get(), String.join(", ", reasons), Nearest.hint(reason.get(), reasons));
    }
    return reason;
  }
}
