package io.registryrouter.check;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.ConfigException;
import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.DedupeSettings;
import io.registryrouter.config.EndpointUse;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.RouteLines;
import io.registryrouter.config.RouteSteps;
import io.registryrouter.config.RouteUse;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.deliver.Replies;
import io.registryrouter.deliver.Requests;
import io.registryrouter.deliver.SpoolComponent;
import io.registryrouter.enrich.Enricher;
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
import io.registryrouter.spool.Slice;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
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
  private final NothingSent nothingSent;
  private final NoWaiting noWaiting = new NoWaiting();
  private final AtomicInteger archived = new AtomicInteger();
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
   * @param always whether other events, or another answer, would fare no better: so it is with the
   *     router's steps, but with a {@code throwException} or a condition nobody knows
   */
  public record Failure(Optional<String> where, String message, boolean always) {}

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

  /**
   * What a slice would have come to in its delivery.
   *
   * @param end the body that its route ended with
   * @param requests by HTTP that its events would have been sent with
   * @param archived how often it would have been archived
   */
  record Delivery(Object end, int requests, int archived, Optional<Failure> failure) {}

  private Rehearsal(RouterConfig config, Clock clock, boolean withRoutes) {
    RouteLines lines = new RouteLines(config.files());
    branches = new TakenBranches(lines);
    deadline = new Deadline(lines);
    nothingSent = new NothingSent(deadline);
    failedSteps = new FailedSteps(lines);
    context = context(config, clock);
    context.camelSettings().setSourceLocationEnabled(true);
    context.bind("takenBranches", branches);
    context.bind("failedSteps", failedSteps);
    context.bind("nothingSent", nothingSent);
    context.bind("deadline", deadline);
    context.bind("silentLogs", new SilentLogs());
    context.bind("noWaiting", noWaiting);
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
    Edition edition =
        new Edition(
            config,
            new Enricher(config, clock, new Oddities(meters)),
            new Requests(config, clock, () -> "check"),
            new Replies(config, clock));
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
            slice -> archived.incrementAndGet());
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

  /**
   * Routes that are sent to and whose precondition is false: Camel lets every batch wait 30 s for
   * such a route.
   */
  List<ConfigProblem> leftOut(RouteItems items, RouteGraph graph) {
    return items.all().stream()
        .filter(item -> item.id().filter(this::isLeftOut).isPresent())
        .flatMap(
            item ->
                graph.source(item).map(EndpointUse::uri).filter(this::isSentTo).stream()
                    .map(
                        uri ->
                            item.error(
                                "is left out by its precondition, and whatever sends to "
                                    + uri
                                    + " would wait for it; mend the precondition, or remove what"
                                    + " sends to it")))
        .toList();
  }

  /** The route that reads from it is not there, so that another one has made the endpoint. */
  private boolean isSentTo(String uri) {
    return RouteUse.isDirect(uri) && camel().hasEndpoint(uri) != null;
  }

  private boolean isLeftOut(String id) {
    return !id.contains("{{") && camel().getRoute(id) == null;
  }

  /** Whether a bean of that name is one of the router's. */
  boolean isRouters(String bean) {
    return context.hasBean(bean);
  }

  /** Beans that routes have named like one of the router's own, which has its name again. */
  List<ConfigProblem> reclaim(RouteItems items) {
    return context.reclaim().stream().map(name -> taken(name, items)).toList();
  }

  private static ConfigProblem taken(String bean, RouteItems items) {
    String where =
        items.all().stream()
            .filter(
                item ->
                    item.kind().equals("beans") && RouteSteps.anyText(item.node(), bean::equals))
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

  /** The routes that read from endpoints of a kind. */
  List<Route> routes(Predicate<Endpoint> source) {
    return camel().getRoutes().stream().filter(route -> source.test(route.getEndpoint())).toList();
  }

  Optional<Route> route(String id) {
    return Optional.ofNullable(camel().getRoute(id));
  }

  /**
   * Sends a batch through the routes behind the sources.
   *
   * @throws ConfigException when it does not come to their end
   */
  public Result send(RawBatch batch) {
    Handover handover = new Handover();
    Exchange sent = send("direct:prepare", batch, handover);
    return result(Optional.<Throwable>ofNullable(sent.getException()).or(handover::stray));
  }

  /**
   * The same through a source's own route, which waits for it.
   *
   * @throws ConfigException as above
   */
  Result take(Route source, RawBatch batch) {
    Handover handover = new Handover();
    Exchange taken = run(source, batch, handover);
    return result(Optional.ofNullable(handover.reasonToGiveBack(taken)));
  }

  /**
   * Sends what a destination has refused to the dead letters.
   *
   * @throws ConfigException as above
   */
  Result refuse(List<DeadLetter> refused) {
    Exchange sent = send("direct:dead-letter", refused, new Handover());
    return result(Optional.ofNullable(sent.getException()));
  }

  private Result result(Optional<? extends Throwable> failure) {
    return new Result(
        List.copyOf(arrivals),
        List.copyOf(deaths),
        failure.map(failedSteps::of),
        branches.current());
  }

  /**
   * Sends a slice through a delivery.
   *
   * @param status what its destination answers, where it is one by HTTP
   * @throws ConfigException as above
   */
  Delivery deliver(Route delivery, Slice slice, int status) {
    archived.set(0);
    nothingSent.answer(status);
    noWaiting.inDelivery(true);
    Exchange sent = run(delivery, slice, null);
    noWaiting.inDelivery(false);
    return new Delivery(
        sent.getMessage().getBody(),
        nothingSent.requests(),
        archived.get(),
        Optional.ofNullable(sent.getException()).map(failedSteps::of));
  }

  /** Where it failed, or else the last step stands that it came to, as {@code file:line}. */
  String where(Optional<Failure> failure) {
    return failure.flatMap(Failure::where).or(deadline::lastStep).orElse("routes/");
  }

  private Exchange send(String endpoint, Object body, Handover handover) {
    return watched(() -> template.send(endpoint, exchange -> prepare(exchange, body, handover)));
  }

  private Exchange run(Route route, Object body, Handover handover) {
    Exchange exchange = route.getEndpoint().createExchange();
    prepare(exchange, body, handover);
    return watched(
        () -> {
          try {
            route.getConsumer().getProcessor().process(exchange);
          } catch (Exception e) {
            exchange.setException(e);
          }
          return exchange;
        });
  }

  private static void prepare(Exchange exchange, Object body, Handover handover) {
    if (handover != null) {
      exchange.setProperty(Handover.PROPERTY, handover);
    }
    exchange.getMessage().setBody(body);
  }

  private Exchange watched(Supplier<Exchange> way) {
    arrivals.clear();
    deaths.clear();
    failedSteps.forget();
    branches.forget();
    deadline.begin();
    Exchange exchange = way.get();
    Optional<ConfigProblem> endless = deadline.end();
    if (endless.isPresent()) {
      throw new ConfigException(List.of(endless.get()));
    }
    return exchange;
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
