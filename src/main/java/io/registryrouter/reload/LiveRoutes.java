package io.registryrouter.reload;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.deliver.DestinationHealth;
import io.registryrouter.deliver.SpoolComponent;
import io.registryrouter.flow.Edition;
import io.registryrouter.flow.RoutePlan;
import io.registryrouter.flow.RouteSet;
import io.registryrouter.flow.RouterContext;
import io.registryrouter.intake.Gate;
import io.registryrouter.spool.Spools;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.camel.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes that run, and the way to the next without losing, doubling or reordering an event:
 * what only one destination or one file sees is stopped on its own; the rest is exchanged between
 * two batches. Used by one thread.
 */
public final class LiveRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);

  /** An edit could be put in force no more than what ran before it: some routes are gone. */
  static final class LostException extends IOException {

    private static final long serialVersionUID = 1;

    LostException(Throwable cause) {
      super("the routes that ran could not be restored; restart the router", cause);
    }
  }

  /** How long the batches that are in may take to leave before an edit is put off. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RouterContext context;
  private final AtomicReference<Edition> edition;
  private final Gate gate;
  private final AtomicBoolean filesPaused;
  private final Spools spools;

  /**
   * @param edition what is in force; set here
   * @param filesPaused while true a file that is being read ends after its batch
   */
  public LiveRoutes(
      RouterContext context,
      AtomicReference<Edition> edition,
      Gate gate,
      AtomicBoolean filesPaused,
      Spools spools) {
    this.context = context;
    this.edition = edition;
    this.gate = gate;
    this.filesPaused = filesPaused;
    this.spools = spools;
  }

  private static RouteSet routes(Edition edition) {
    RouterConfig config = edition.config();
    return new RouteSet(config.routes(), RouterContext.placeholders(config));
  }

  /**
   * Puts an edit in force.
   *
   * @return what was done
   * @throws LostException when it could not be done, nor taken back
   * @throws IOException when it could not be done; everything runs as it did before
   */
  RoutePlan apply(Edition next) throws IOException, InterruptedException {
    RouteSet before = routes(edition.get());
    RouteSet after = routes(next);
    RoutePlan plan = RoutePlan.between(before, after);
    RoutePlan back = RoutePlan.between(after, before);
    spools.open(next.config()); // before anything is stopped, for a disk may say no
    try {
      quiesce(plan);
      exchange(next, plan, back);
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      startAgain(e);
      throw e;
    } finally {
      filesPaused.set(false);
    }
    warnOfUnread();
    return plan;
  }

  /** What was stopped for an edit that is not in force. */
  private void startAgain(Throwable cause) throws LostException {
    try {
      context.startAll();
    } catch (Exception | Error e) {
      throw lost(e, cause);
    }
  }

  private static LostException lost(Throwable why, Throwable cause) {
    LostException lost = new LostException(why);
    lost.addSuppressed(cause);
    return lost;
  }

  /** Says which events wait for a destination that no route delivers to. */
  public void warnOfUnread() {
    spools
        .backlogs()
        .forEach(
            (name, backlog) -> {
              if (backlog > 0 && !spools.status(name).isServed()) {
                LOG.atWarn()
                    .addKeyValue("destination", name)
                    .addKeyValue("events", backlog)
                    .addKeyValue("error", DestinationHealth.unread(name))
                    .log("events stay in the spool");
              }
            });
  }

  /** It is as it is said, and yet may be the settings of a release, unpacked over one's own. */
  private void warnOfArchived(RouterConfig before, RouterConfig next) {
    spools
        .backlogs()
        .forEach(
            (name, backlog) -> {
              if (backlog > 0
                  && is(DestinationSettings.Type.HTTP, before, name)
                  && is(DestinationSettings.Type.ARCHIVE, next, name)) {
                LOG.atWarn()
                    .addKeyValue("destination", name)
                    .addKeyValue("events", backlog)
                    .log("what waits for a log service goes to its archive from now on");
              }
            });
  }

  private static boolean is(
      DestinationSettings.Type type, RouterConfig config, String destination) {
    DestinationSettings settings = config.destinations().get(destination);
    return settings != null && settings.type() == type;
  }

  /**
   * Stops what would hold a route for long: deliveries that change, readings of files, and sources
   * of somebody's own, such as timers. These last, for an edit that must wait for a file is tried
   * again.
   */
  private void quiesce(RoutePlan plan) throws IOException {
    context.camel().getComponent("spool", SpoolComponent.class).end(plan.routesOut());
    Predicate<String> delivers = uri -> uri.startsWith("spool:");
    List<Route> deliveries = out(plan, delivers);
    stop(deliveries);
    if (deliveries.size() < plan.routesOut().size()) {
      filesPaused.set(true);
      for (Route route : context.fileRoutes()) {
        context.stopWhole(route);
      }
    }
    stop(out(plan, delivers.or(RouteSet.BEHIND_THE_GATE).negate()));
  }

  /** Those that are to go, by what they read from. */
  private List<Route> out(RoutePlan plan, Predicate<String> source) {
    return plan.routesOut().stream()
        .map(context.camel()::getRoute)
        .filter(Objects::nonNull)
        .filter(route -> source.test(route.getEndpoint().getEndpointUri()))
        .toList();
  }

  private void stop(List<Route> routes) throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (Route route : routes) {
      try {
        context.stop(route);
      } catch (IOException e) {
        failures.add(e); // all have ended, so that each is to be stopped to be started again
      }
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  private void exchange(Edition next, RoutePlan plan, RoutePlan back)
      throws IOException, InterruptedException {
    if (!gate.close(PATIENCE)) {
      throw new IOException("batches were under way for more than " + PATIENCE.toSeconds() + " s");
    }
    Edition before = edition.get();
    warnOfArchived(before.config(), next.config());
    try {
      change(next, plan);
    } catch (Exception | Error e) {
      restore(before, back, e);
      throw new IOException(e.toString(), e);
    } finally {
      gate.open();
    }
  }

  private void change(Edition to, RoutePlan plan) throws Exception {
    spools.room().adopt(to.config().spool());
    DestinationHealth.adopt(context.camel(), spools);
    edition.set(to);
    context.adopt(RouterContext.placeholders(to.config()));
    if (!plan.isEmpty()) {
      context.change(plan);
    }
    context.startAll();
  }

  private void restore(Edition before, RoutePlan back, Throwable cause) throws IOException {
    try {
      change(before, back);
    } catch (Exception | Error e) {
      throw lost(e, cause);
    }
  }
}
