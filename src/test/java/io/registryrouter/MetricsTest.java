package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import io.registryrouter.support.Exposition;
import io.registryrouter.support.Scrape;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /observe/metrics} says, and how: https://prometheus.io/docs/practices/naming/. */
class MetricsTest {

  @TempDir private static Path directory;
  private static Scrape scrape;
  private static Exposition metrics;

  @BeforeAll
  static void scrape() throws Exception {
    scrape = Scrape.of(directory);
    metrics = Exposition.parse(scrape.text());
  }

  @Test
  void everyMetricIsExplained() {
    for (String name : metrics.names()) {
      String family = metrics.familyOf(name);
      assertThat(metrics.help(family)).as("HELP of " + family).isNotEmpty();
      assertThat(metrics.type(family)).as("TYPE of " + family).isNotEmpty();
    }
  }

  @Test
  void namesFollowTheConventions() {
    for (String name : metrics.names()) {
      String family = metrics.familyOf(name);
      assertThat(family).matches("(router|jvm|process)(_[a-z0-9]+)+");
      assertThat(family)
          .doesNotContainPattern(
              "_(ms|millis|milliseconds|ns|nanoseconds|minutes|hours|days|kib|mib|kilobytes|percent)"
                  + "(_|$)");
      assertThat(family.endsWith("_total"))
          .as(family + " is a counter and says so")
          .isEqualTo(metrics.type(family).equals("counter"));
      if (family.contains("timestamp") || family.contains("duration") || family.contains("_age")) {
        assertThat(family).containsPattern("_seconds(_max)?$");
      }
    }
  }

  @Test
  void promtoolFindsNothingToSay() throws Exception {
    Tool.need("promtool");
    Files.writeString(directory.resolve("metrics"), scrape.text());

    assertThat(Tool.run(directory, "bash", "-c", "promtool check metrics < metrics 2>&1"))
        .isEmpty();
  }

  @Test
  void labelsComeFromClosedSets() throws Exception {
    Map<String, Set<String>> closed = new HashMap<>();
    closed.put("destination", destinations());
    closed.put("path", labels(EventPath.values(), EventPath::label));
    closed.put("source", labels(Source.Kind.values(), Source.Kind::label));
    closed.put("reason", labels(Reason.values(), Reason::label));
    closed.put("status", Set.of("2xx", "3xx", "4xx", "5xx"));
    closed.put("file", Set.of("ca", "certificate"));

    for (Exposition.Sample sample : metrics.samples()) {
      Map<String, Set<String>> here = new HashMap<>(closed);
      here.put(
          "result",
          sample.name().equals("router_reloads_total")
              ? Set.of("applied", "refused")
              : Set.of("delivered", "partly", "retry", "rejected"));
      if (sample.name().equals("router_http_refusals_total")) {
        here.put(
            "status",
            Set.of(
                "400", "401", "404", "405", "408", "413", "414", "415", "429", "431", "500", "501",
                "503"));
      }
      Map<String, String> labels = new HashMap<>(sample.labels());
      labels.keySet().removeIf(label -> isOfTheProcess(sample, label));
      labels.forEach(
          (label, value) -> assertThat(here.get(label)).as(sample.toString()).contains(value));
    }
  }

  private static boolean isOfTheProcess(Exposition.Sample sample, String label) {
    return sample.name().startsWith("jvm_")
        || sample.name().equals("router_build_info")
        || (sample.name().endsWith("_bucket") && label.equals("le"));
  }

  private static Set<String> destinations() throws Exception {
    return TestHome.in(directory.resolve("other")).config().destinations().keySet();
  }

  private static <E> Set<String> labels(E[] values, java.util.function.Function<E, String> label) {
    return Arrays.stream(values).map(label).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theNamesThatOthersRelyOnStand() {
    assertThat(metrics.names())
        .containsAll(
            List.of(
                "router_events_received_total",
                "router_events_copied_total",
                "router_events_delivered_total",
                "router_events_dead_lettered_total",
                "router_events_suppressed_total",
                "router_events_ignored_total",
                "router_spool_events"));
  }

  @Test
  void theBalanceCanBeReckonedFromThem() {
    double in =
        metrics.value("router_spool_events_at_start")
            + sum("router_events_received_total")
            + sum("router_events_copied_total");
    double out =
        sum("router_events_delivered_total")
            + sum("router_events_dead_lettered_total")
            + sum("router_events_suppressed_total")
            + sum("router_spool_events");

    assertThat(in).isEqualTo(out).isEqualTo(3);
  }

  private static double sum(String name) {
    return metrics.samples().stream()
        .filter(sample -> sample.name().equals(name))
        .mapToDouble(Exposition.Sample::value)
        .sum();
  }

  @Test
  void deliveriesAreSeenByDestination() {
    String attempts = "router_delivery_attempts_total";
    assertThat(metrics.value(attempts, "destination", "us-south", "result", "delivered")).isOne();
    assertThat(metrics.value(attempts, "destination", "us-south", "result", "retry")).isZero();
    assertThat(metrics.value(attempts, "destination", "eu-de", "result", "retry")).isPositive();
    String replies = "router_delivery_replies_total";
    assertThat(metrics.value(replies, "destination", "us-south", "status", "2xx")).isOne();
    assertThat(metrics.value(replies, "destination", "eu-de", "status", "5xx")).isPositive();
    assertThat(metrics.value("router_delivery_duration_seconds_count", "destination", "us-south"))
        .isOne();
    assertThat(metrics.value("router_delivery_last_success_timestamp_seconds"))
        .isCloseTo((double) Instant.now().getEpochSecond(), within(60.0));
  }

  @Test
  void whatWaitsAndHowMuchRoomThereIsIsSeen() {
    assertThat(metrics.value("router_spool_events", "destination", "eu-de")).isOne();
    assertThat(metrics.value("router_spool_oldest_age_seconds", "destination", "eu-de"))
        .isPositive();
    assertThat(metrics.value("router_spool_oldest_age_seconds", "destination", "us-south"))
        .isZero();
    assertThat(metrics.value("router_spool_bytes", "destination", "eu-de")).isPositive();
    assertThat(metrics.value("router_spool_max_bytes")).isEqualTo(1L << 30);
    assertThat(metrics.value("router_disk_free_bytes"))
        .isPositive()
        .isLessThanOrEqualTo(metrics.value("router_disk_size_bytes"));
  }

  @Test
  void theEndsOfCertificatesAndTokensAreSeenAndTheTokenIsNot() throws Exception {
    assertThat(
            metrics.value(
                "router_certificate_expiry_timestamp_seconds",
                "destination",
                "us-south",
                "file",
                "ca"))
        .isEqualTo(end(scrape.authority()));
    assertThat(
            metrics.value(
                "router_http_certificate_expiry_timestamp_seconds", "file", "certificate"))
        .isEqualTo(end(scrape.door()));
    assertThat(metrics.value("router_token_expiry_timestamp_seconds", "destination", "us-south"))
        .isEqualTo((double) scrape.tokenEnd().getEpochSecond());
    assertThat(scrape.text()).doesNotContain(scrape.token().split("\\."));
  }

  private static double end(Path certificate) throws Exception {
    try (var in = Files.newInputStream(certificate)) {
      X509Certificate first =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      return first.getNotAfter().toInstant().getEpochSecond();
    }
  }

  @Test
  void whatRunsIsSeen() {
    assertThat(metrics.value("router_build_info", "version", Build.router())).isOne();
    assertThat(metrics.value("router_reload_last_successful")).isOne();
    assertThat(metrics.value("router_reload_last_success_timestamp_seconds"))
        .isCloseTo((double) Instant.now().getEpochSecond(), within(60.0));
  }
}
