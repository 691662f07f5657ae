package io.registryrouter;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.registryrouter.config.RouterConfig.ManagementSettings;
import io.registryrouter.flow.RouterContext;
import io.registryrouter.intake.http.EventDoor;
import io.registryrouter.intake.tail.TailIntake;
import io.registryrouter.observe.DegradedHealth;
import io.registryrouter.observe.ReadyHealth;
import io.registryrouter.observe.ReloadHealth;
import io.registryrouter.observe.Reloads;
import io.registryrouter.observe.Status;
import io.registryrouter.spool.Spools;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;

/** Camel's own server for health and metrics, {@code /observe/…}. */
final class ManagementServer {

  /** Of Prometheus' text format. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private static final int BEFORE_CAMELS = -1;

  private ManagementServer() {}

  /**
   * @throws IOException when its port cannot be had; Camel would go on without it
   */
  static void configure(
      RouterContext context,
      ManagementSettings settings,
      EventDoor door,
      TailIntake tails,
      Spools spools,
      Reloads reloads)
      throws IOException {
    requirePort(settings);
    settings(context, settings);
    checks(context, door, tails, spools, reloads);
  }

  private static void requirePort(ManagementSettings settings) throws IOException {
    try {
      new ServerSocket(settings.port(), 1, InetAddress.getByName(settings.host())).close();
    } catch (IOException e) {
      throw new IOException(
          String.format(
              "cannot listen on %s:%d (router.management.host, router.management.port): %s",
              settings.host(), settings.port(), e.getMessage()),
          e);
    }
  }

  private static void settings(RouterContext context, ManagementSettings settings) {
    context.property("camel.management.enabled", "true");
    context.property("camel.management.host", settings.host());
    context.property("camel.management.port", String.valueOf(settings.port()));
    context.property("camel.management.healthCheckEnabled", "true");
    context.property("camel.management.metricsEnabled", "true");
    context.property("camel.metrics.enabled", "true");
    // The router's own metrics; Camel's count exchanges, and search all meters for each, which
    // costs more than routing a batch.
    context.property("camel.metrics.enableRoutePolicy", "false");
    context.property("camel.metrics.enableExchangeEventNotifier", "false");
    context.property("camel.metrics.enableRouteEventNotifier", "false");
    context.property("camel.metrics.skipCamelInfo", "true");
    context.property("camel.health.enabled", "true");
    context.property("camel.health.exposureLevel", "full");
    // Camel's own checks of consumers turn down with a destination; the router's do not.
    context.property("camel.health.consumersEnabled", "false");
    context.property("camel.health.routesEnabled", "false");
  }

  private static void checks(
      RouterContext context, EventDoor door, TailIntake tails, Spools spools, Reloads reloads) {
    context.bind("door-health", new ReadyHealth("door", door::obstacle, door::takes));
    context.bind(
        "inbox-health",
        new DegradedHealth(
            "inbox",
            context.inboxes()::troubles,
            "files or directories of the inbox cannot be taken"));
    context.bind(
        "tail-health",
        new DegradedHealth("tail", tails::troubles, "logs or directories are not followed"));
    context.bind("spool-health", new ReadyHealth("spool", spools::obstacle, spools.room()::used));
    context.bind(
        "disk-health", new ReadyHealth("disk", spools.room()::diskObstacle, spools.room()::free));
    context.bind("reload-health", new ReloadHealth(reloads));
  }

  /**
   * Adds {@code /observe/status}, and what Camel's server lacks: the metrics for whoever accepts
   * {@code text/plain}, by whatever parameters, and HEAD.
   */
  static void serve(CamelContext camel, PrometheusMeterRegistry meters, Supplier<Status> status) {
    for (VertxPlatformHttpRouter router :
        camel.getRegistry().findByType(VertxPlatformHttpRouter.class)) {
      router.get("/observe/status").blockingHandler(request -> request.json(status.get()));
      router
          .get("/observe/metrics")
          .order(BEFORE_CAMELS)
          .blockingHandler(
              request ->
                  request
                      .response()
                      .putHeader(HttpHeaders.CONTENT_TYPE, METRICS)
                      .end(meters.scrape()));
      router.route("/observe/*").order(BEFORE_CAMELS).handler(ManagementServer::headAsGet);
    }
  }

  /** Its answer then has no body. */
  private static void headAsGet(RoutingContext request) {
    if (request.request().method().equals(HttpMethod.HEAD)) {
      request.reroute(HttpMethod.GET, request.request().path());
    } else {
      request.next();
    }
  }

  /** The port it listens on, which the system chose when the settings say 0. */
  static int port(CamelContext camel) {
    return camel.hasService(VertxPlatformHttpServer.class).getPort();
  }
}
