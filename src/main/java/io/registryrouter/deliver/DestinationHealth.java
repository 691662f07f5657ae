package io.registryrouter.deliver;

import io.registryrouter.observe.DeliveryStatus;
import io.registryrouter.spool.SpoolLog;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Says how many events wait for a destination, and why they are not delivered. Always up: a
 * destination's trouble is no reason to restart the router or to send it no events.
 */
public final class DestinationHealth extends AbstractHealthCheck {

  private final SpoolLog log;
  private final DeliveryStatus status;

  public DestinationHealth(SpoolLog log, DeliveryStatus status) {
    super("router", "destination:" + log.destination());
    this.log = log;
    this.status = status;
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
    if (!log.isRead()) {
      return "; " + unread(log.destination());
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
