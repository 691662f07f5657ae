package io.registryrouter.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.support.Exposition;
import io.registryrouter.support.Scrape;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code docker/monitoring/} asks for nothing that the router does not say. */
class MonitoringTest {

  private static final Path MONITORING = TestHome.CHECKOUT.resolve("docker/monitoring");

  /** What Prometheus adds, and what it knows without the router. */
  private static final Set<String> PROMETHEUS = Set.of("up");

  private static final Set<String> TARGET_LABELS = Set.of("job", "instance");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:(?:router|jvm|process)_[a-z0-9_]+|up)\\b(?=[\\[{) ]|$)");
  private static final Pattern BY = Pattern.compile("\\b(?:by|without|on) \\(([^)]*)\\)");
  private static final Pattern MATCHER = Pattern.compile("\\b([a-z_]+)(?:=~|!~|!=|=)\"");
  private static final Pattern LEGEND =
      Pattern.compile("\\{\\{ ?(?:\\$labels\\.)?(?!(?:else|end)\\b)(\\w+) ?\\}\\}");

  @TempDir private static Path directory;
  private static Exposition metrics;
  private static JsonNode dashboard;

  @BeforeAll
  static void scrape() throws Exception {
    metrics = Exposition.parse(Scrape.of(directory).text());
    dashboard = new ObjectMapper().readTree(MONITORING.resolve("dashboard.json").toFile());
  }

  private record Rule(String name, String expr, String annotations) {}

  private static List<Rule> rules() throws IOException {
    Map<?, ?> file =
        (Map<?, ?>)
            new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(MONITORING.resolve("alerts.yaml")));
    List<Rule> rules = new ArrayList<>();
    for (Object group : (List<?>) file.get("groups")) {
      for (Object one : (List<?>) ((Map<?, ?>) group).get("rules")) {
        Map<?, ?> rule = (Map<?, ?>) one;
        rules.add(
            new Rule(
                rule.get("alert").toString(),
                rule.get("expr").toString(),
                rule.get("annotations").toString()));
      }
    }
    return rules;
  }

  @Test
  void everyAlertAsksForWhatThereIs() throws IOException {
    for (Rule rule : rules()) {
      assertExposed(rule.name(), rule.expr(), rule.annotations());
    }
    assertThat(rules()).hasSizeGreaterThanOrEqualTo(8);
  }

  @Test
  void everyPanelAsksForWhatThereIs() {
    int asked = 0;
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        assertExposed(
            panel.path("title").asText(),
            target.path("expr").asText(),
            target.path("legendFormat").asText());
        asked++;
      }
    }
    for (JsonNode variable : dashboard.path("templating").path("list")) {
      String query = variable.path("query").path("query").asText();
      if (!query.isEmpty()) {
        assertExposed("variable", query.replaceAll("label_values\\(([^,{]+)", "$1 "), "");
      }
    }
    assertThat(asked).isGreaterThan(20);
  }

  @Test
  void everyMetricOfTheRouterIsOnTheDashboard() {
    Set<String> shown = new TreeSet<>();
    dashboard
        .findValuesAsText("expr")
        .forEach(expr -> METRIC.matcher(expr).results().forEach(found -> shown.add(found.group())));

    assertThat(
            metrics.names().stream()
                .filter(name -> name.startsWith("router_"))
                .filter(name -> !name.startsWith("router_delivery_duration_"))
                .filter(name -> !name.equals("router_reload_last_success_timestamp_seconds")))
        .isSubsetOf(shown);
  }

  @Test
  void panelsDoNotLieOnOneAnother() {
    Set<String> taken = new TreeSet<>();
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      JsonNode at = panel.path("gridPos");
      assertThat(ids.add(panel.path("id").asInt())).isTrue();
      for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
        assertThat(x).isLessThan(24);
        for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
          assertThat(taken.add(x + "," + y)).as(panel.path("title").asText()).isTrue();
        }
      }
    }
  }

  private static void assertExposed(String where, String expr, String texts) {
    Set<String> asked = new TreeSet<>();
    METRIC.matcher(expr).results().forEach(found -> asked.add(found.group()));
    asked.removeAll(PROMETHEUS);
    assertThat(metrics.names()).as(where).containsAll(asked);
    assertThat(asked.isEmpty()).as(where + " asks for nothing").isEqualTo(expr.contains("up{"));
    Set<String> known = new TreeSet<>(TARGET_LABELS);
    metrics.samples().stream()
        .filter(sample -> asked.contains(sample.name()))
        .forEach(sample -> known.addAll(sample.labels().keySet()));
    Set<String> labels = new TreeSet<>();
    BY.matcher(expr).results().forEach(by -> labels.addAll(List.of(by.group(1).split(", "))));
    MATCHER.matcher(expr).results().forEach(found -> labels.add(found.group(1)));
    LEGEND.matcher(texts).results().forEach(found -> labels.add(found.group(1)));
    assertThat(known).as(where + ": labels").containsAll(labels);
  }

  @Test
  void promtoolAcceptsTheRulesAndEachAlertComesWhereItShould() throws IOException {
    Tool.need("promtool");

    Path rules = MONITORING.resolve("alerts.yaml");
    Path tests = MONITORING.resolve("alerts-test.yaml");
    Tool.run(directory, "promtool", "check", "rules", rules.toString());
    Tool.run(directory, "promtool", "test", "rules", tests.toString());
  }

  @Test
  void thePageExplainsEveryMetricAndEveryAlert() throws IOException {
    String page = Files.readString(TestHome.CHECKOUT.resolve("docs/monitoring.md"));
    Set<String> explained = new TreeSet<>();
    Pattern.compile("`(router_[a-z_]+)(?:\\{[a-z_,]+})?`")
        .matcher(page)
        .results()
        .forEach(found -> explained.add(found.group(1)));
    Set<String> exposed = new TreeSet<>();
    metrics.names().stream()
        .filter(name -> name.startsWith("router_"))
        .map(name -> metrics.familyOf(name).replaceFirst("_max$", ""))
        .forEach(exposed::add);
    Set<String> alerts = new TreeSet<>();
    Pattern.compile("`(Router[A-Za-z]+)`")
        .matcher(page)
        .results()
        .forEach(found -> alerts.add(found.group(1)));

    assertThat(explained).isEqualTo(exposed);
    assertThat(rules()).extracting(Rule::name).containsExactlyInAnyOrderElementsOf(alerts);
  }

  @Test
  void eachAlertIsTriedOut() throws IOException {
    String tests = Files.readString(MONITORING.resolve("alerts-test.yaml"));

    for (Rule rule : rules()) {
      assertThat(tests).containsPattern("alertname: " + rule.name() + "\n +exp_alerts:\n");
    }
  }
}
