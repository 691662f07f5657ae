package io.registryrouter.spool;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Says how many events wait for a destination. Always up: a destination's trouble is no reason to
 * restart the router or to send it no events.
 */
public final class DestinationHealth extends AbstractHealthCheck {

  private final SpoolLog log;

  public DestinationHealth(SpoolLog log) {
    super("router", "destination:" + log.destination());
    this.log = log;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    builder.message(log.backlog() + " events wait").up();
  }
}
