package io.registryrouter.spool;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.observe.Balance;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/** Camel's {@code spool:<destination>}. */
public final class SpoolComponent extends DefaultComponent {

  private final GroupSink sink;
  private final Spools spools;
  private final RouterConfig config;
  private final Balance balance;
  private final Clock clock;

  /**
   * @param sink what {@code to: spool:} gives its groups to
   * @param spools what {@code from: spool:} reads; null where nothing is delivered
   */
  public SpoolComponent(
      GroupSink sink, Spools spools, RouterConfig config, Balance balance, Clock clock) {
    this.sink = sink;
    this.spools = spools;
    this.config = config;
    this.balance = balance;
    this.clock = clock;
  }

  @Override
  protected Endpoint createEndpoint(
      String uri, String destination, Map<String, Object> parameters) {
    if (!config.destinations().containsKey(destination)) {
      throw new IllegalArgumentException(
          "\""
              + destination
              + "\" is no destination; destinations: "
              + config.destinations().keySet());
    }
    return new SpoolEndpoint(uri, this, destination);
  }

  GroupSink sink() {
    return sink;
  }

  Spools spools() {
    return spools;
  }

  RouterConfig config() {
    return config;
  }

  Clock clock() {
    return clock;
  }

  Balance balance() {
    return balance;
  }
}
