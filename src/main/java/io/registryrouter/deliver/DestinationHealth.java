package io.registryrouter.deliver;

import io.registryrouter.observe.DeliveryStatus;
import io.registryrouter.spool.SpoolLog;
import io.registryrouter.spool.Spools;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Says how many events wait for a destination, and why they are not delivered. Always up: a
 * destination's trouble is no reason to restart the router or to send it no events.
 */
public final class DestinationHealth extends AbstractHealthCheck {

  private final SpoolLog log;
  private final DeliveryStatus status;

  private DestinationHealth(SpoolLog log, DeliveryStatus status) {
    super("router", id(log.destination()));
    this.log = log;
    this.status = status;
  }

  /** Adds the checks of destinations that have none yet: all at the start, new ones at an edit. */
  public static void adopt(CamelContext camel, Spools spools) {
    HealthCheckRegistry checks = HealthCheckRegistry.get(camel);
    for (String destination : spools.backlogs().keySet()) {
      if (checks.getCheck(id(destination)).isEmpty()) {
        checks.register(new DestinationHealth(spools.log(destination), spools.status(destination)));
      }
    }
  }

  private static String id(String destination) {
    return "destination:" + destination;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    builder.message(log.backlog() + " events wait" + why()).up();
  }

  private String why() {
    if (!status.isServed()) {
      return log.backlog() == 0 ? "" : "; " + unread(log.destination()); // else out of service
    }
    DeliveryStatus.Trouble trouble = status.trouble();
    return trouble == null
        ? ""
        : String.format(
            "; not delivered since %s, %d attempts: %s%s",
            trouble.since(),
            trouble.attempts(),
            trouble.why(),
            trouble.operator() ? " (an operator has to act)" : "");
  }

  /** What to do about a spool whose route an edit took away. */
  public static String unread(String destination) {
    return "no route reads from spool:"
        + destination
        + "; restore its route in routes/50-deliver.camel.yaml";
  }
}
