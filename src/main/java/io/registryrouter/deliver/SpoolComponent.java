package io.registryrouter.deliver;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.intake.Gate;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.SteadyClock;
import io.registryrouter.spool.GroupSink;
import io.registryrouter.spool.Spools;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/** Camel's {@code spool:<destination>}. */
public final class SpoolComponent extends DefaultComponent {

  /** From the begin of a router's stop: then what is in the middle of a request is broken off. */
  private static final Duration BREAK_OFF_AFTER = Duration.ofSeconds(1);

  /** From there too: then what has not ended although it was broken off is left behind. */
  static final Duration LEAVE_AFTER = Duration.ofSeconds(2);

  private final Set<SpoolConsumer> deliveries = ConcurrentHashMap.newKeySet();
  private final GroupSink sink;
  private final Spools spools;
  private final Supplier<RouterConfig> config;
  private final Gate gate;
  private final Balance balance;
  private final Clock clock;
  private final Ages ages;

  /** When the router began to stop them, by {@link System#nanoTime}; 0 before. */
  private long stopping;

  /**
   * @param sink what {@code to: spool:} gives its groups to
   * @param spools what {@code from: spool:} reads; null where nothing is delivered
   * @param gate where dead letters of deliveries pass
   */
  public SpoolComponent(
      GroupSink sink,
      Spools spools,
      Supplier<RouterConfig> config,
      Gate gate,
      Balance balance,
      Clock clock) {
    this.sink = sink;
    this.spools = spools;
    this.config = config;
    this.gate = gate;
    this.balance = balance;
    this.clock = clock;
    this.ages = new Ages(clock, SteadyClock.from(clock));
  }

  @Override
  protected Endpoint createEndpoint(
      String uri, String destination, Map<String, Object> parameters) {
    if (!config().destinations().containsKey(destination)) {
      throw new IllegalArgumentException(
          "\""
              + destination
              + "\" is no destination; destinations: "
              + String.join(", ", config().destinations().keySet()));
    }
    return new SpoolEndpoint(uri, this, destination);
  }

  void begun(SpoolConsumer delivery) {
    deliveries.add(delivery);
  }

  void ended(SpoolConsumer delivery) {
    deliveries.remove(delivery);
  }

  /** Routes that are going to be stopped one after the other wait together. */
  public void end(Set<String> routeIds) {
    deliveries.stream()
        .filter(delivery -> routeIds.contains(delivery.routeId()))
        .forEach(SpoolConsumer::end);
  }

  /**
   * For a router that stops, and has waited for deliveries already: all end together. Camel would
   * stop one after the other.
   */
  void endAll() throws InterruptedException {
    endAll(left(BREAK_OFF_AFTER));
  }

  /** What a router that stops has left of a time that its deliveries have together. */
  synchronized Duration left(Duration together) {
    if (stopping == 0) {
      stopping = System.nanoTime();
    }
    Duration left = together.minusNanos(System.nanoTime() - stopping);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /**
   * Begins no more requests, and waits for those under way.
   *
   * @param patience how long; then they are broken off, and their events stay in the spool
   */
  public void endAll(Duration patience) throws InterruptedException {
    List<SpoolConsumer> all = List.copyOf(deliveries);
    all.forEach(SpoolConsumer::end);
    long deadline = System.nanoTime() + patience.toNanos();
    for (SpoolConsumer delivery : all) {
      delivery.await(Duration.ofNanos(deadline - System.nanoTime()));
    }
    all.forEach(SpoolConsumer::breakOff);
  }

  Ages ages() {
    return ages;
  }

  GroupSink sink() {
    return sink;
  }

  Spools spools() {
    return spools;
  }

  RouterConfig config() {
    return config.get();
  }

  Gate gate() {
    return gate;
  }

  Clock clock() {
    return clock;
  }

  Balance balance() {
    return balance;
  }
}
