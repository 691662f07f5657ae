package io.registryrouter;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouteFiles;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.deliver.HttpClients;
import io.registryrouter.intake.FinishedFiles;
import io.registryrouter.intake.SettledFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.main.Main;

/**
 * A Camel context with the routes of {@code routes/}, the settings as property placeholders, and
 * the beans that routes name. What it is for is decided by the steps and components it is given.
 */
public final class RouterContext implements AutoCloseable {

  private final Main main = new Main();

  /**
   * @param idleSources endpoint patterns whose routes are loaded but not started, comma-separated;
   *     may be empty
   */
  RouterContext(
      RouterConfig config,
      Clock clock,
      Steps steps,
      Map<String, Component> components,
      String idleSources) {
    main.setDefaultPropertyPlaceholderLocation("false");
    config.settings().asMap().forEach(main::addOverrideProperty);
    destinationDefaults(config);
    main.addOverrideProperty(
        "router.inbox", config.dataDir().resolve("inbox").toAbsolutePath().toString());
    // The router has resolved the environment itself, by its own rules.
    main.addOverrideProperty("camel.component.properties.environmentVariableMode", "0");
    main.addOverrideProperty("camel.component.properties.systemPropertiesMode", "0");
    main.addOverrideProperty("camel.main.startupSummaryLevel", "Off");
    main.configure()
        .withName("registry-event-router")
        .withJmxEnabled(false)
        .withStreamCachingEnabled(false)
        .withShutdownTimeout((int) Math.max(1, config.drainTimeout().toSeconds()))
        .withAutoStartupExcludePattern(idleSources)
        .withRoutesIncludePattern(
            new RouteFiles(config.home())
                .all().stream()
                    .map(Path::toUri)
                    .map(Object::toString)
                    .collect(Collectors.joining(",")));
    steps.byName().forEach(main::bind);
    for (EventPath path : EventPath.values()) {
      main.bind("settled" + beanSuffix(path), new SettledFiles(config.intake().settle(), clock));
      main.bind(
          "finished" + beanSuffix(path), new FinishedFiles(config.intake().doneRetention(), clock));
    }
    config
        .destinations()
        .forEach((name, destination) -> main.bind("httpClient-" + name, client(destination)));
    main.configure()
        .addLambdaRouteBuilder(builder -> components.forEach(builder.getContext()::addComponent));
  }

  /** Every destination has its type and timeout as placeholders, set or not. */
  private void destinationDefaults(RouterConfig config) {
    config
        .destinations()
        .forEach(
            (name, destination) -> {
              String prefix = "router.destination." + name + ".";
              main.addOverrideProperty(
                  prefix + "type", destination.type().name().toLowerCase(Locale.ROOT));
              main.addOverrideProperty(
                  prefix + "timeout", String.valueOf(destination.timeout().toMillis()));
            });
  }

  /** What a destination's route looks up by name when it is made: {@code httpClient-<name>}. */
  static HttpClientConfigurer client(DestinationSettings destination) {
    return client -> HttpClients.configure(client, destination);
  }

  /** {@code ActivityTracker} for {@code activity-tracker}. */
  private static String beanSuffix(EventPath path) {
    StringBuilder suffix = new StringBuilder();
    for (String word : path.label().split("-")) {
      suffix.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return suffix.toString();
  }

  void bind(String name, Object bean) {
    main.bind(name, bean);
  }

  void property(String key, String value) {
    main.addOverrideProperty(key, value);
  }

  /**
   * @throws Exception when a route cannot be loaded or started, as Camel says it
   */
  void start() throws Exception {
    main.start();
  }

  CamelContext camel() {
    return main.getCamelContext();
  }

  @Override
  public void close() {
    main.stop();
  }
}
