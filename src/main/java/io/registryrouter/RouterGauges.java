package io.registryrouter;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.registryrouter.config.Credentials;
import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.observe.Reloads;
import io.registryrouter.observe.TokenExpiry;
import io.registryrouter.spool.Spools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is looked up when metrics are asked for, of the destinations that there are then. Instants
 * are seconds since 1970, sizes bytes.
 */
final class RouterGauges implements MultiCollector {

  private static final Logger LOG = LoggerFactory.getLogger(RouterGauges.class);

  private final Supplier<RouterConfig> config;
  private final Spools spools;
  private final Reloads reloads;
  private final Supplier<String> whyIntakeWaits;
  private final Supplier<Map<String, Instant>> doorEnds;

  /**
   * @param whyIntakeWaits empty when it does not
   * @param doorEnds when the door's certificates end, by file
   */
  RouterGauges(
      Supplier<RouterConfig> config,
      Spools spools,
      Reloads reloads,
      Supplier<String> whyIntakeWaits,
      Supplier<Map<String, Instant>> doorEnds) {
    this.config = config;
    this.whyIntakeWaits = whyIntakeWaits;
    this.doorEnds = doorEnds;
    this.spools = spools;
    this.reloads = reloads;
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.builder()
        .metricSnapshot(build())
        .metricSnapshot(
            gauge(
                "router_spool_events_at_start",
                "Events on disk that an earlier run left to deliver",
                (double) spools.backlogAtStart()))
        .metricSnapshot(
            gauge(
                "router_spool_max_bytes",
                "What the spool may take, router.spool.max-size",
                (double) spools.room().maxSize()))
        .metricSnapshot(
            gauge(
                "router_intake_waiting",
                "1 while the spool, its disk or the dead letters do not take what came last; else 0",
                whyIntakeWaits.get().isEmpty() ? 0 : 1))
        .metricSnapshot(spoolBytes())
        .metricSnapshot(oldestAges())
        .metricSnapshot(lastSuccesses())
        .metricSnapshot(
            gauge(
                "router_disk_free_bytes",
                "Room left on the disk of the spool",
                (double) spools.room().diskFree()))
        .metricSnapshot(
            gauge("router_disk_size_bytes", "Size of that disk", (double) spools.room().diskSize()))
        .metricSnapshot(
            gauge(
                "router_reload_last_success_timestamp_seconds",
                "When config/ and routes/ were last taken, at the start or while running",
                seconds(reloads.takenAt())))
        .metricSnapshot(certificates())
        .metricSnapshot(doorCertificates())
        .metricSnapshot(tokens())
        .build();
  }

  private static InfoSnapshot build() {
    return InfoSnapshot.builder()
        .name("router_build")
        .help("What runs; always 1")
        .dataPoint(
            InfoDataPointSnapshot.builder()
                .labels(
                    Labels.of(
                        "version", Build.router(),
                        "camel_version", Build.camel(),
                        "java_version", Runtime.version().toString()))
                .build())
        .build();
  }

  private GaugeSnapshot spoolBytes() {
    GaugeSnapshot.Builder gauge =
        named(
            "router_spool_bytes",
            "Bytes on disk of events that wait for delivery, and of those not deleted yet");
    spools.sizes().forEach((name, size) -> gauge.dataPoint(of(size, "destination", name)));
    return gauge.build();
  }

  private GaugeSnapshot oldestAges() {
    GaugeSnapshot.Builder gauge =
        named(
            "router_spool_oldest_age_seconds",
            "How long the oldest event has waited for delivery; 0 when none waits");
    for (String name : spools.backlogs().keySet()) {
      gauge.dataPoint(of(oldestAge(name), "destination", name));
    }
    return gauge.build();
  }

  private GaugeSnapshot lastSuccesses() {
    GaugeSnapshot.Builder gauge =
        named(
            "router_delivery_last_success_timestamp_seconds",
            "When a destination last took events; missing while it has taken none since the start");
    for (String name : spools.backlogs().keySet()) {
      spools
          .status(name)
          .lastSuccess()
          .ifPresent(at -> gauge.dataPoint(of(seconds(at), "destination", name)));
    }
    return gauge.build();
  }

  private GaugeSnapshot certificates() {
    GaugeSnapshot.Builder gauge =
        named(
            "router_certificate_expiry_timestamp_seconds",
            "When the first certificate of tls.ca or tls.certificate ends");
    for (DestinationSettings destination : config.get().destinations().values()) {
      destination
          .tls()
          .expiries()
          .forEach(
              (file, at) ->
                  gauge.dataPoint(
                      of(seconds(at), "destination", destination.name(), "file", file)));
    }
    return gauge.build();
  }

  private GaugeSnapshot doorCertificates() {
    GaugeSnapshot.Builder gauge =
        named(
            "router_http_certificate_expiry_timestamp_seconds",
            "When the first certificate of router.http.tls.client-ca or certificate ends, of those in"
                + " force");
    doorEnds.get().forEach((file, at) -> gauge.dataPoint(of(seconds(at), "file", file)));
    return gauge.build();
  }

  private GaugeSnapshot tokens() {
    GaugeSnapshot.Builder gauge =
        named(
            "router_token_expiry_timestamp_seconds",
            "When a bearer token ends that is a JSON Web Token");
    for (DestinationSettings destination : config.get().destinations().values()) {
      if (destination.credentials().kind() == Credentials.Kind.BEARER) {
        try {
          TokenExpiry.of(destination.credentials().secret().orElseThrow().value())
              .ifPresent(at -> gauge.dataPoint(of(seconds(at), "destination", destination.name())));
        } catch (UncheckedIOException e) {
          LOG.debug("a token's file cannot be read; delivery says so", e);
        }
      }
    }
    return gauge.build();
  }

  private static GaugeSnapshot.Builder named(String name, String help) {
    return GaugeSnapshot.builder().name(name).help(help);
  }

  private static GaugeSnapshot gauge(String name, String help, double value) {
    return named(name, help).dataPoint(of(value)).build();
  }

  private static GaugeDataPointSnapshot of(double value, String... labels) {
    return GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build();
  }

  private static double seconds(Instant at) {
    return at.toEpochMilli() / 1000.0;
  }

  /** In seconds; not a number when the disk gives no answer. */
  private double oldestAge(String name) {
    try {
      return spools.oldestAge(name).toMillis() / 1000.0;
    } catch (IOException e) {
      LOG.debug("the disk gives no answer", e);
      return Double.NaN;
    }
  }
}
