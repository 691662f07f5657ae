package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.deliver.Outcome;
import io.registryrouter.spool.Slice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Route;
import org.apache.hc.core5.http.HttpStatus;

/**
 * Whether each delivery says of its events what became of them, as their destination answers, and
 * brings them there once. One with {@link OwnBeans} is left out.
 */
final class DeliveryRun {

  private static final List<Integer> NOT_TAKEN =
      List.of(HttpStatus.SC_UNPROCESSABLE_CONTENT, HttpStatus.SC_SERVICE_UNAVAILABLE);

  private final RouteGraph graph;
  private final OwnBeans ownBeans;
  private final Rehearsal rehearsal;
  private final byte[] event;
  private final Findings findings = new Findings();

  private DeliveryRun(RouteGraph graph, OwnBeans ownBeans, Rehearsal rehearsal) {
    this.graph = graph;
    this.ownBeans = ownBeans;
    this.rehearsal = rehearsal;
    this.event =
        (TrialEvents.of("registry.example", LocalDate.EPOCH) + "\n")
            .getBytes(StandardCharsets.UTF_8);
  }

  static List<ConfigProblem> problems(
      RouterConfig config, RouteGraph graph, OwnBeans ownBeans, Rehearsal rehearsal) {
    DeliveryRun run = new DeliveryRun(graph, ownBeans, rehearsal);
    config.routes().all().forEach(run::look);
    return run.findings.errors();
  }

  private void look(RouteItem item) {
    Optional<String> destination = graph.delivers(item);
    if (destination.isPresent() && !ownBeans.areIn(graph.parts(item))) {
      item.id().flatMap(rehearsal::route).ifPresent(route -> deliver(route, destination.get()));
    }
  }

  private void deliver(Route delivery, String destination) {
    Rehearsal.Delivery taken = send(delivery, destination, HttpStatus.SC_OK);
    Optional<String> objection = lost(taken).or(() -> notTakenOnce(taken));
    if (objection.isPresent()) {
      add(taken, destination, objection.get());
    } else if (taken.requests() > 0) {
      for (int status : NOT_TAKEN) {
        Rehearsal.Delivery refused = send(delivery, destination, status);
        lost(refused)
            .ifPresent(
                why -> add(refused, destination, why + ", when it answers with status " + status));
      }
    }
  }

  private Rehearsal.Delivery send(Route delivery, String destination, int status) {
    Slice slice =
        new Slice(
            destination, "check", 0, event.length, event, event.length, 1, at -> Instant.EPOCH);
    return rehearsal.deliver(delivery, slice, status);
  }

  /** Why nobody would know what became of the events. */
  private static Optional<String> lost(Rehearsal.Delivery end) {
    if (end.failure().isPresent()) { // of another one the events just stay in the spool
      return end.failure().filter(Rehearsal.Failure::always).map(Rehearsal.Failure::message);
    }
    return end.end() instanceof Outcome
        ? Optional.empty()
        : Optional.of(
            "ends the delivery with "
                + FailedSteps.kind(end.end())
                + " and not with what became of the events, so that they would be sent again and"
                + " again; it ends with `archive` or `reply`, and nothing behind these changes the"
                + " body, as in routes/templates/destination.camel.yaml");
  }

  /** Though their destination takes them. */
  private static Optional<String> notTakenOnce(Rehearsal.Delivery taken) {
    if (taken.end() instanceof Outcome.Retry retry) {
      return Optional.of(retry.why());
    }
    return taken.requests() > 1 || taken.archived() > 1
        ? Optional.of("delivers each event several times; a delivery sends or archives it once")
        : Optional.empty();
  }

  private void add(Rehearsal.Delivery delivery, String destination, String message) {
    findings.add(rehearsal.where(delivery.failure()), destination, message);
  }
}
