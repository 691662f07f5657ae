package io.registryrouter.check;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.ConfigException;
import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.DedupeSettings;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.RouteLines;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.deliver.SpoolComponent;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.RawBatch;
import io.registryrouter.flow.Edition;
import io.registryrouter.flow.RouterContext;
import io.registryrouter.flow.Steps;
import io.registryrouter.intake.Duplicates;
import io.registryrouter.intake.Gate;
import io.registryrouter.intake.Handover;
import io.registryrouter.intake.file.FileIntake;
import io.registryrouter.intake.http.DoorComponent;
import io.registryrouter.intake.http.EventDoor;
import io.registryrouter.intake.tail.TailComponent;
import io.registryrouter.intake.tail.TailIntake;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.Oddities;
import io.registryrouter.route.Group;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.spi.ShutdownStrategy;

/**
 * The real routes with sending taken out: events go through them and it is noted where they would
 * arrive or die. Opens no port, takes no lock, writes nothing. Used by one thread.
 */
public final class Rehearsal implements AutoCloseable {

  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final RouterContext context;
  private final ProducerTemplate template;
  private final TakenBranches branches;
  private final Deadline deadline;
  private final FailedSteps failedSteps;
  private final List<Arrival> arrivals = Collections.synchronizedList(new ArrayList<>());
  private final List<Death> deaths = Collections.synchronizedList(new ArrayList<>());

  /**
   * A destination that events would have gone to.
   *
   * @param when the branch that sent them there; empty when no {@code choice} was passed
   */
  public record Arrival(String destination, Optional<When> when) {}

  /**
   * An event that would have died.
   *
   * @param when the branch that let it die; empty when it never came to the routes' decisions
   */
  public record Death(DeadLetter letter, Optional<When> when) {

    /** As it stands in the dead letter. */
    public String reason() {
      return letter.reason().label();
    }
  }

  /**
   * Why a batch would have been given back.
   *
   * @param where the step that failed, as {@code file:line}; empty when it was none
   */
  public record Failure(Optional<String> where, String message) {}

  /**
   * What a batch would have come to.
   *
   * @param failure why it would have been given back to its source
   * @param last the branch that was taken last; empty when none was
   */
  public record Result(
      List<Arrival> arrivals, List<Death> deaths, Optional<Failure> failure, Optional<When> last) {

    public List<String> destinations() {
      return arrivals.stream().map(Arrival::destination).toList();
    }

    /** The first arrival where the same events have arrived before. */
    Optional<Arrival> twice() {
      Set<String> before = new HashSet<>();
      return arrivals.stream().filter(to -> !before.add(to.destination())).findFirst();
    }

    /** Of one event, the death that it does not die alone: it arrives somewhere, or dies twice. */
    Optional<Death> besides() {
      return deaths.stream().skip(arrivals.isEmpty() ? 1 : 0).findFirst();
    }

    public List<DeadLetter> deadLetters() {
      return deaths.stream().map(Death::letter).toList();
    }
  }

  private Rehearsal(RouterConfig config, Clock clock, boolean withRoutes) {
    RouteLines lines = new RouteLines(config.files());
    branches = new TakenBranches(lines);
    deadline = new Deadline(lines);
    failedSteps = new FailedSteps(lines);
    context = context(config, clock);
    context.camelSettings().setSourceLocationEnabled(true);
    context.bind("takenBranches", branches);
    context.bind("failedSteps", failedSteps);
    context.bind("nothingSent", new NothingSent());
    context.bind("deadline", deadline);
    context.bind("silentLogs", new SilentLogs());
    try {
      if (withRoutes) {
        context.start();
      } else {
        context.startEmpty();
      }
    } catch (Exception e) {
      context.close();
      throw new ConfigException(List.of(RouteProblems.of(e)));
    }
    ShutdownStrategy shutdown = context.camel().getShutdownStrategy();
    shutdown.setSuppressLoggingOnTimeout(true); // of what was broken off
    shutdown.setLogInflightExchangesOnTimeout(false);
    template = context.camel().createProducerTemplate();
    context
        .camel()
        .getExecutorServiceManager()
        .newSingleThreadScheduledExecutor(this, "deadline")
        .scheduleWithFixedDelay(deadline::tick, 1, 1, TimeUnit.SECONDS);
  }

  /** As the router's, with nothing behind its sources and nothing but notes behind its ends. */
  private RouterContext context(RouterConfig config, Clock clock) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Balance balance = new Balance(meters);
    Edition edition = Edition.of(config, clock, new Oddities(meters));
    Gate gate = new Gate();
    Steps steps =
        new Steps(
            () -> edition,
            new FileIntake(
                config.data().inbox(), () -> FileIntake.Limits.of(config), gate, () -> false),
            new Duplicates(() -> new DedupeSettings(Duration.ZERO, 1), clock),
            balance,
            bytes -> {},
            this::die,
            null);
    return new RouterContext(
        () -> config,
        clock,
        steps,
        Map.of(
            "spool", new SpoolComponent(this::arrive, null, () -> config, gate, balance, clock),
            "event-door", new DoorComponent(new EventDoor(() -> config, null, gate, meters)),
            "tail", new TailComponent(new TailIntake(() -> config, gate, clock))),
        "event-door:*,tail:*,spool:*");
  }

  private void arrive(String destination, Group group, Handover handover) {
    deadline.requireGoingOn();
    arrivals.add(new Arrival(destination, branches.current()));
    handover.accepted(group.countOnce() ? group.size() : 0, DONE);
  }

  private void die(List<DeadLetter> letters, Handover handover) {
    deadline.requireGoingOn();
    Optional<When> when = branches.current();
    letters.forEach(letter -> deaths.add(new Death(letter, when)));
    handover.accepted(letters.size(), DONE);
  }

  /**
   * Loads the routes.
   *
   * @throws ConfigException when they cannot be run
   */
  public static Rehearsal load(RouterConfig config, Clock clock) {
    Rehearsal rehearsal = new Rehearsal(config, clock, true);
    List<ConfigProblem> problems = new ArrayList<>(rehearsal.reclaim(config.routes()));
    problems.addAll(rehearsal.renamed(config.routes()));
    if (!problems.isEmpty()) {
      rehearsal.close();
      throw new ConfigException(problems);
    }
    return rehearsal;
  }

  /** Routes that an edit could not take out, for it knows them by the ids in the files. */
  private List<ConfigProblem> renamed(RouteItems items) {
    Set<String> written =
        items.all().stream().flatMap(item -> item.id().stream()).collect(Collectors.toSet());
    return context.camel().getRoutes().stream()
        .map(Route::getRouteId)
        .filter(id -> !written.contains(id))
        .map(
            id ->
                ConfigProblem.error(
                    "routes/",
                    id,
                    "is the id of a route when it is loaded, and stands nowhere; write ids without"
                        + " placeholders"))
        .toList();
  }

  /** Beans that routes have named like one of the router's own, which has its name again. */
  List<ConfigProblem> reclaim(RouteItems items) {
    return context.reclaim().stream().map(name -> taken(name, items)).toList();
  }

  private static ConfigProblem taken(String bean, RouteItems items) {
    String where =
        items.all().stream()
            .filter(item -> item.kind().equals("beans") && item.node().hasText(bean::equals))
            .map(item -> items.whereIs(item, bean))
            .findFirst()
            .orElse("routes/");
    return ConfigProblem.error(
        where, bean, "is a bean of the router's own; give yours another name");
  }

  /** Without any route yet, so that they can be loaded one by one. */
  static Rehearsal empty(RouterConfig config, Clock clock) {
    return new Rehearsal(config, clock, false);
  }

  CamelContext camel() {
    return context.camel();
  }

  /**
   * Sends a batch through the routes.
   *
   * @throws ConfigException when it does not come to their end
   */
  public Result send(RawBatch batch) {
    arrivals.clear();
    deaths.clear();
    failedSteps.forget();
    branches.forget();
    Handover handover = new Handover();
    deadline.begin();
    Exchange sent =
        template.send(
            "direct:prepare",
            exchange -> {
              exchange.setProperty(Handover.PROPERTY, handover);
              exchange.getMessage().setBody(batch);
            });
    Optional<ConfigProblem> endless = deadline.end();
    if (endless.isPresent()) {
      throw new ConfigException(List.of(endless.get()));
    }
    Optional<Failure> failure =
        Optional.<Throwable>ofNullable(sent.getException())
            .or(handover::stray)
            .map(failedSteps::of);
    return new Result(List.copyOf(arrivals), List.copyOf(deaths), failure, branches.current());
  }

  @Override
  public void close() {
    if (deadline.isOver()) {
      context.close(Duration.ZERO); // what is in it has no end
    } else {
      context.close();
    }
  }
}
