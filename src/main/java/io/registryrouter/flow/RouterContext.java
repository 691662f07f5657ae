package io.registryrouter.flow;

import io.registryrouter.config.ConfigFiles;
import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.Settings;
import io.registryrouter.deliver.HttpClients;
import io.registryrouter.intake.file.Inboxes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.ServiceStatus;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RouteController;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * A Camel context with the routes of {@code routes/}, the settings as property placeholders, and
 * the beans that routes name. What it is for is decided by the steps and components it is given.
 */
public final class RouterContext implements AutoCloseable {

  private static final String NAME = "registry-event-router";

  private final Main main = new Main();
  private final Map<String, Object> beans = new TreeMap<>();
  private final List<Resource> routes = new ArrayList<>();
  private final Supplier<RouterConfig> current;
  private final Inboxes inboxes;
  private volatile boolean closing;

  /**
   * @param current the configuration as it is at any time
   * @param idleSources endpoint patterns whose routes are loaded but not started, comma-separated;
   *     may be empty
   */
  public RouterContext(
      Supplier<RouterConfig> current,
      Clock clock,
      Steps steps,
      Map<String, Component> components,
      String idleSources) {
    this.current = current;
    main.setShutdownStrategy(new SimpleMainShutdownStrategy()); // no hook that outlives the context
    RouterConfig config = current.get();
    // Nothing but what stands here steers Camel, whatever the environment tells other Camel
    // programs.
    main.setPropertyPlaceholderLocations("false"); // none
    main.addInitialProperty("router", NAME); // one at least, or it looks for a file of them
    placeholders(config).forEach(main::addOverrideProperty);
    main.configure()
        .withName(NAME)
        .withAutoConfigurationEnabled(false)
        .withAutoConfigurationEnvironmentVariablesEnabled(false)
        .withAutoConfigurationSystemPropertiesEnabled(false)
        .withJmxEnabled(false)
        .withStreamCachingEnabled(false)
        .withShutdownTimeout(seconds(config.drainTimeout()))
        .withAutoStartupExcludePattern(idleSources)
        .withRoutesIncludePattern("false"); // none from files, which may say something else by now
    main.configure().setStartupSummaryLevel(StartupSummaryLevel.Off);
    main.configure().health().setEnabled(false);
    steps.byName().forEach(this::bind);
    inboxes = new Inboxes(current, clock);
    inboxes.bind(this::bind);
    httpClients().forEach(this::bind);
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeInitialize(BaseMainSupport starting) {
            prepare(starting.getCamelContext(), components);
          }

          @Override
          public void beforeConfigure(BaseMainSupport starting) {
            try {
              PluginHelper.getRoutesLoader(starting.getCamelContext())
                  .findRoutesBuilders(routes)
                  .forEach(starting.configure()::addRoutesBuilder);
            } catch (Exception e) {
              throw RuntimeCamelException.wrapRuntimeCamelException(e);
            }
          }
        });
  }

  /** At least one; Camel takes no more than some decades. */
  private static int seconds(Duration timeout) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toSeconds()));
  }

  private static void prepare(CamelContext camel, Map<String, Component> components) {
    // The router has resolved the environment itself, by its own rules.
    PropertiesComponent placeholders = (PropertiesComponent) camel.getPropertiesComponent();
    placeholders.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
    placeholders.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_NEVER);
    camel.addComponent("direct", new DirectRoutes());
    components.forEach(camel::addComponent);
  }

  /**
   * What stands for <code>{{key}}</code> in routes: every setting, and of every destination its
   * type and timeout, set or not; durations that Camel reads are in milliseconds.
   */
  public static Map<String, String> placeholders(RouterConfig config) {
    Map<String, String> values = new TreeMap<>(config.settings().asMap());
    config
        .destinations()
        .forEach(
            (name, destination) -> {
              String prefix = DestinationSettings.PREFIX + name + ".";
              values.put(prefix + "type", Settings.word(destination.type()));
              values.put(prefix + "timeout", String.valueOf(destination.timeout().toMillis()));
            });
    Path inbox = config.data().inbox().toAbsolutePath();
    values.put("router.inbox", inbox.toString());
    values.put("router.intake.poll", String.valueOf(config.intake().poll().toMillis()));
    return values;
  }

  /** What the routes of destinations look up when they are made: {@code httpClient-<name>}. */
  private Map<String, HttpClientConfigurer> httpClients() {
    Map<String, HttpClientConfigurer> clients = new TreeMap<>();
    for (String name : current.get().destinations().keySet()) {
      clients.put(
          "httpClient-" + name,
          client -> HttpClients.configure(client, () -> current.get().destinations().get(name)));
    }
    return clients;
  }

  public void bind(String name, Object bean) {
    main.bind(name, bean);
    beans.put(name, bean);
  }

  /** Whether one of its own beans has that name. */
  public boolean hasBean(String name) {
    return beans.containsKey(name);
  }

  /** Takes back the names of its beans that routes have given to their own, and says which. */
  public List<String> reclaim() {
    List<String> names =
        beans.keySet().stream()
            .filter(name -> camel().getRegistry().lookupByName(name) != beans.get(name))
            .toList();
    names.forEach(name -> camel().getRegistry().bind(name, beans.get(name)));
    return names;
  }

  /** A setting of Camel's health, metrics or management server, which it takes as text. */
  public void property(String key, String value) {
    main.addOverrideProperty(key, value);
  }

  /** Camel's other settings, before it starts. */
  public MainConfigurationProperties camelSettings() {
    return main.configure();
  }

  /**
   * With the route files as they were read with the configuration.
   *
   * @throws Exception when a route cannot be loaded or started, as Camel says it
   */
  public void start() throws Exception {
    ConfigFiles files = current.get().files();
    for (String name : files.routes()) {
      String location = files.home().resolve(name).toUri().toString();
      routes.add(ResourceHelper.fromBytes(location, files.bytes(name)));
    }
    startEmpty();
  }

  /** Without routes. */
  public void startEmpty() throws Exception {
    main.start();
  }

  /**
   * From now on these stand for placeholders, in routes that are made anew; and destinations that
   * are new have clients.
   */
  public void adopt(Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(main.getOverrideProperties());
    properties.putAll(values);
    camel().getPropertiesComponent().setOverrideProperties(properties);
    httpClients().forEach(camel().getRegistry()::bind);
  }

  /**
   * Takes routes out and others in. Those of sources are loaded and not started. Those that come
   * out have been stopped, or nothing is in them; what goes on all the same is broken off.
   *
   * @throws Exception as Camel says it; then some are out and not all are in
   */
  public void change(RoutePlan plan) throws Exception {
    List<EventNotifier> notifiers = notifiers();
    ShutdownStrategy stops = camel().getShutdownStrategy();
    long before = stops.getTimeout();
    stops.setTimeout(1); // at most of seconds
    try {
      exchange(plan);
    } finally {
      if (!closing) {
        stops.setTimeout(before);
      }
      removeNotifiersBut(notifiers);
    }
  }

  private void exchange(RoutePlan plan) throws Exception {
    ModelCamelContext model = (ModelCamelContext) camel();
    for (String id : plan.routesOut()) {
      RouteDefinition route = model.getRouteDefinition(id);
      if (route != null) {
        model.removeRouteDefinition(route);
      }
    }
    for (String id : plan.templatesOut()) {
      RouteTemplateDefinition template = model.getRouteTemplateDefinition(id);
      if (template != null) {
        model.removeRouteTemplateDefinition(template);
      }
    }
    if (plan.frame()) {
      model.getRouteConfigurationDefinitions().clear();
    }
    load(plan.frameIn());
    load(plan.in());
  }

  private void load(Map<String, String> yamlByFile) throws Exception {
    List<Resource> files = new ArrayList<>();
    yamlByFile.forEach((name, yaml) -> files.add(ResourceHelper.fromString(name, yaml)));
    PluginHelper.getRoutesLoader(camel()).loadRoutes(files);
  }

  /** Starts whatever route does not run, but for those that say {@code autoStartup: false}. */
  public void startAll() throws Exception {
    startAll(source -> true);
  }

  /** As {@link #startAll()}, those only that read from such a URI. */
  public void startAll(Predicate<String> sources) throws Exception {
    List<EventNotifier> notifiers = notifiers();
    List<Exception> failures = new ArrayList<>();
    try {
      for (Route route : camel().getRoutes()) {
        if (sources.test(route.getEndpoint().getEndpointUri())) {
          try {
            start(route);
          } catch (Exception e) {
            failures.add(e); // the others are none the worse for it
          }
        }
      }
    } finally {
      removeNotifiersBut(notifiers);
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  private void start(Route route) throws Exception {
    RouteController controller = camel().getRouteController();
    boolean runs = controller.getRouteStatus(route.getRouteId()) == ServiceStatus.Started;
    boolean wanted = !Boolean.FALSE.equals(route.isAutoStartup());
    if (!runs && wanted) {
      controller.startRoute(route.getRouteId());
    }
  }

  private List<EventNotifier> notifiers() {
    return List.copyOf(camel().getManagementStrategy().getEventNotifiers());
  }

  /** Camel's server adds one with each route that starts, and each is asked at each exchange. */
  private void removeNotifiersBut(List<EventNotifier> before) {
    notifiers().stream()
        .filter(added -> !before.contains(added))
        .forEach(camel().getManagementStrategy()::removeEventNotifier);
  }

  /** The routes that read files; none before the start. */
  public List<Route> fileRoutes() {
    return Stream.ofNullable(camel())
        .flatMap(started -> started.getRoutes().stream())
        .filter(route -> route.getEndpoint().getEndpointUri().matches("(file|tail):.*"))
        .toList();
  }

  /** What is in it has the drain timeout of the start to end. */
  public void stop(Route route) throws IOException {
    stop(route, Duration.ofSeconds(main.configure().getShutdownTimeout()));
  }

  /**
   * The same for one that cannot be broken off: it would go on beside the one that takes its place.
   *
   * @throws IOException when it does not end in that time; then it runs on
   */
  public void stopWhole(Route route) throws IOException {
    String id = route.getRouteId();
    long seconds = main.configure().getShutdownTimeout();
    try {
      if (!camel().getRouteController().stopRoute(id, seconds, TimeUnit.SECONDS, true)) {
        throw new IOException("route " + id + " does not stop within " + seconds + " s");
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("route " + id + " does not stop: " + e, e);
    }
  }

  public void stop(Route route, Duration time) throws IOException {
    long millis = Math.max(1, time.toMillis());
    try {
      camel().getRouteController().stopRoute(route.getRouteId(), millis, TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      throw new IOException("route " + route.getRouteId() + " does not stop: " + e, e);
    }
  }

  public CamelContext camel() {
    return main.getCamelContext();
  }

  public Inboxes inboxes() {
    return inboxes;
  }

  /** What is in the routes has so long to end. */
  public void close(Duration time) {
    closing = true;
    if (camel() != null) { // else it was not started
      camel().getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
      camel().getShutdownStrategy().setTimeout(Math.max(1, time.toMillis()));
    }
    close();
  }

  @Override
  public void close() {
    main.stop();
  }
}
