package io.registryrouter;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.registryrouter.check.RouteProblems;
import io.registryrouter.config.ConfigException;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.deadletter.DeadLetters;
import io.registryrouter.deliver.Archives;
import io.registryrouter.deliver.DestinationHealth;
import io.registryrouter.deliver.SpoolComponent;
import io.registryrouter.flow.Edition;
import io.registryrouter.flow.RouterContext;
import io.registryrouter.flow.Steps;
import io.registryrouter.intake.Duplicates;
import io.registryrouter.intake.Gate;
import io.registryrouter.intake.file.FileIntake;
import io.registryrouter.intake.file.FileReading;
import io.registryrouter.intake.http.DoorComponent;
import io.registryrouter.intake.http.EventDoor;
import io.registryrouter.intake.http.HttpServers;
import io.registryrouter.intake.tail.TailComponent;
import io.registryrouter.intake.tail.TailIntake;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.Oddities;
import io.registryrouter.observe.ProcessMetrics;
import io.registryrouter.observe.Reloads;
import io.registryrouter.observe.Status;
import io.registryrouter.observe.SteadyClock;
import io.registryrouter.reload.LiveRoutes;
import io.registryrouter.reload.Reloader;
import io.registryrouter.spool.PatientRoom;
import io.registryrouter.spool.Room;
import io.registryrouter.spool.Spools;
import io.vertx.core.Vertx;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running program: the routes with real spools, dead letters and archives behind them. */
public final class Router implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  /** Longer than the usual minute between two scrapes. */
  private static final Duration MANAGEMENT_IDLE = Duration.ofMinutes(2);

  /** Behind the drain timeout, for requests to be broken off and routes to be stopped. */
  private static final Duration AT_THE_END = Duration.ofSeconds(5);

  private final AtomicReference<Edition> edition;
  private final Clock clock;
  private final DataDirectory dataDirectory;
  private final Balance balance;
  private final Spools spools;
  private final DeadLetters deadLetters;
  private final Archives archives;
  private final PrometheusMeterRegistry meters;
  private final Vertx vertx;
  private final EventDoor door;
  private final TailIntake tails;
  private final SpoolComponent deliveries;
  private final RouterContext context;
  private final Gate gate = new Gate();
  private final AtomicBoolean filesPaused = new AtomicBoolean();
  private final Oddities oddities;
  private final Reloads reloads;
  private final RouterStatus status;
  private final ProcessMetrics process;
  private Reloader reloader;
  private volatile boolean stopping;
  private boolean closed;

  /**
   * @param dataDirectory which is the router's from now on
   * @param patience how long a batch waits for room in the spool before it is given back
   */
  private Router(
      RouterConfig config,
      Clock clock,
      Instant started,
      DataDirectory dataDirectory,
      Duration patience)
      throws IOException {
    this.clock = clock;
    this.dataDirectory = dataDirectory;
    this.meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    this.process = new ProcessMetrics(meters);
    this.oddities = new Oddities(meters);
    this.reloads = new Reloads(meters, clock);
    this.edition = new AtomicReference<>(Edition.of(config, clock, oddities));
    this.balance = new Balance(meters);
    this.spools = Spools.open(config, clock, balance);
    this.deadLetters = new DeadLetters(this::config, clock, balance);
    this.archives = new Archives(config, clock);
    this.vertx = HttpServers.vertx(() -> config().http().maxConnections(), MANAGEMENT_IDLE);
    this.door = new EventDoor(this::config, vertx, gate, meters);
    this.tails = new TailIntake(this::config, gate, clock);
    tails.measure(meters);
    FileIntake files =
        new FileIntake(
            config.data().inbox(),
            () -> FileIntake.Limits.of(config()),
            gate,
            () -> stopping || filesPaused.get());
    Duplicates duplicates = new Duplicates(() -> config().dedupe(), SteadyClock.from(clock));
    this.deliveries = new SpoolComponent(spools, spools, this::config, gate, balance, clock);
    Room room = archives.releasing(new PatientRoom(spools.room(), patience, () -> stopping));
    this.context =
        new RouterContext(
            this::config,
            clock,
            new Steps(edition::get, files, duplicates, balance, room, deadLetters, archives),
            Map.of(
                "spool", deliveries,
                "event-door", new DoorComponent(door),
                "tail", new TailComponent(tails)),
            "file:*,event-door:*,tail:*");
    context.inboxes().measure(meters);
    this.status =
        new RouterStatus(
            this::config, spools, deadLetters, balance, context.inboxes(), tails, reloads, started);
    meters
        .getPrometheusRegistry()
        .register(
            new RouterGauges(
                this::config, spools, reloads, status::whyIntakeWaits, door::certificateEnds));
    context.bind("vertx", vertx);
    context.bind("metricsRegistry", meters);
  }

  private static Router open(RouterConfig config, Clock clock, Duration patience)
      throws IOException {
    Instant started = clock.instant();
    DataDirectory taken = DataDirectory.take(config.data(), started);
    try {
      return new Router(config, clock, started, taken, patience);
    } catch (IOException | RuntimeException | Error e) {
      close(taken);
      throw e;
    }
  }

  private RouterConfig config() {
    return edition.get().config();
  }

  /**
   * The daemon: watches the inbox, serves HTTP, delivers.
   *
   * @throws ConfigException when the routes cannot be run
   * @throws IOException when a port or the data directory cannot be had
   */
  public static Router daemon(RouterConfig config, Clock clock) throws IOException {
    return daemon(config, clock, router -> {});
  }

  /**
   * The same, which somebody else may stop while it starts: the stop then waits for the start.
   *
   * @param known is given the router before it takes or delivers anything
   * @throws ConfigException when the routes cannot be run
   * @throws IOException when a port or the data directory cannot be had
   */
  public static Router daemon(RouterConfig config, Clock clock, Consumer<Router> known)
      throws IOException {
    Router router = open(config, clock, Duration.ZERO);
    known.accept(router);
    router.start(source -> true);
    return router;
  }

  /**
   * The daemon without what its routes read elsewhere than at its doors, in its inbox and by {@code
   * router.intake.tail}: sources of somebody's own stay as they are.
   *
   * @throws ConfigException when the routes cannot be run
   * @throws IOException when a port or the data directory cannot be had
   */
  static Router apart(RouterConfig config, Clock clock) throws IOException {
    Path inbox = config.data().inbox().toAbsolutePath();
    Pattern own = Pattern.compile("(event-door|tail|file://" + Pattern.quote(inbox + "/") + ").*");
    Router router = open(config, clock, Duration.ZERO);
    router.start(own.asMatchPredicate());
    return router;
  }

  private synchronized void start(Predicate<String> sources) throws IOException {
    if (closed) {
      return; // stopped already
    }
    try {
      ManagementServer.configure(context, config().management(), door, tails, spools, reloads);
      startRoutes();
      startIntake(new LiveRoutes(context, edition, gate, filesPaused, spools), sources);
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Without intake and ports of its own; for {@link #route}.
   *
   * @throws ConfigException when the routes cannot be run
   * @throws IOException when the data directory cannot be had
   */
  public static Router oneShot(RouterConfig config, Clock clock) throws IOException {
    return oneShot(config, clock, Duration.ZERO);
  }

  /**
   * The same, which waits for room in the spool.
   *
   * @param patience how long, for each batch
   * @throws ConfigException when the routes cannot be run
   * @throws IOException when the data directory cannot be had
   */
  public static Router oneShot(RouterConfig config, Clock clock, Duration patience)
      throws IOException {
    Router router = open(config, clock, patience);
    try {
      router.startRoutes();
      return router;
    } catch (RuntimeException | Error e) {
      router.close();
      throw e;
    }
  }

  private void startRoutes() {
    try {
      context.start();
    } catch (Exception e) {
      throw new ConfigException(List.of(RouteProblems.of(e)));
    }
  }

  private void startIntake(LiveRoutes live, Predicate<String> sources) throws IOException {
    try {
      context.startAll(sources);
    } catch (Exception e) {
      throw new IOException("intake cannot be started: " + e.getMessage(), e);
    }
    DestinationHealth.adopt(context.camel(), spools);
    live.warnOfUnread();
    listen();
    Reloader.keepCopy(config());
    if (config().reload()) {
      reloader = new Reloader(config(), live, clock, oddities, reloads);
    }
  }

  private void listen() throws IOException {
    RouterConfig config = config();
    String http = address(config.http().host(), door.listen());
    ManagementServer.serve(context.camel(), meters, this::status);
    String management = address(config.management().host(), managementPort());
    dataDirectory.note("http", http);
    dataDirectory.note("management", management);
    LOG.atInfo()
        .addKeyValue("http", http)
        .addKeyValue("management", management)
        .addKeyValue("dataDir", config.data().root())
        .addKeyValue("inSpoolAtStart", spools.backlogAtStart())
        .log("ready");
  }

  /** As it stands in a URL (RFC 3986, section 3.2.2). */
  private static String address(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  int managementPort() {
    return ManagementServer.port(context.camel());
  }

  /**
   * Routes a file and returns when its events are on disk.
   *
   * @param name as it shows in the dead letters
   * @throws IOException when they could not be handed over; what was is on disk, and counted
   */
  public void route(EventPath path, Path given, String name) throws IOException {
    Exchange sent =
        context
            .camel()
            .createProducerTemplate()
            .send(
                "direct:intake-file",
                exchange -> {
                  exchange.setProperty(FileReading.GIVEN_NAME, name);
                  exchange.getMessage().setHeader(Steps.EVENT_PATH, path.label());
                  exchange.getMessage().setBody(given.toFile());
                });
    FileReading reading = sent.getProperty(FileReading.PROPERTY, FileReading.class);
    Exception failure = sent.getException();
    if (failure == null) {
      failure = reading.obstacle().orElse(null);
    }
    if (failure == null) {
      return;
    }
    if (reading != null) {
      reading.awaitDisk();
    }
    if (failure instanceof FileSystemException file) {
      throw file; // it names the file itself
    }
    throw new IOException(name + ": " + why(failure), failure);
  }

  /** What Camel and the steps put around it names exchanges and classes. */
  private static String why(Throwable failure) {
    Throwable root = ExceptionUtils.getRootCause(failure);
    boolean says = root.getMessage() != null && !(root instanceof FileSystemException);
    return says ? root.getMessage() : root.toString();
  }

  /** Ends a {@link #route} after the batch that is under way. */
  public void readNoMore() {
    stopping = true;
  }

  /** How it is doing, destination by destination, and the balance. */
  public Status status() {
    return status.now();
  }

  /** Waits until nothing is left to deliver; false when the time is up first. */
  public boolean drain(Duration timeout) throws InterruptedException {
    return spools.awaitDelivered(timeout);
  }

  /** Begins no more requests; those under way have the drain timeout to end. */
  public void endDeliveries() throws InterruptedException {
    deliveries.endAll(config().drainTimeout());
  }

  public Balance balance() {
    return balance;
  }

  public Spools spools() {
    return spools;
  }

  /**
   * Stops intake, delivers what it can in the drain timeout, and keeps the rest for the next start.
   */
  public synchronized void stop() throws InterruptedException {
    if (closed) {
      return; // it could not start
    }
    LOG.info("stopping");
    long deadline = System.nanoTime() + config().drainTimeout().toNanos();
    stopping = true;
    door.close(until(deadline));
    closeReloader(until(deadline));
    stopReadingFiles(deadline);
    boolean drained = drain(until(deadline));
    context.close(Collections.max(List.of(until(deadline), AT_THE_END)));
    long left = spools.backlog();
    close();
    LOG.atInfo().addKeyValue("drained", drained).addKeyValue("inSpool", left).log("stopped");
  }

  private static Duration until(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private void closeReloader(Duration patience) {
    try {
      if (reloader != null) {
        reloader.close(patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopReadingFiles(long deadline) {
    for (Route route : context.fileRoutes()) {
      try {
        context.stop(route, until(deadline));
      } catch (IOException e) {
        LOG.warn("a route did not stop cleanly", e);
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    closeReloader(AT_THE_END);
    context.close();
    vertx.close();
    process.close();
    Stream.<Closeable>of(tails, archives, deadLetters, spools, dataDirectory)
        .forEach(Router::close);
  }

  private static void close(Closeable part) {
    try {
      part.close();
    } catch (IOException | RuntimeException e) {
      LOG.warn("the data directory did not close cleanly", e);
    }
  }
}
