package io.registryrouter.intake.http;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Not ready before the event door is open, nor once it closes. */
public final class DoorHealth extends AbstractHealthCheck {

  private final EventDoor door;

  public DoorHealth(EventDoor door) {
    super("router", "door");
    this.door = door;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    if (!door.isOpen()) {
      builder.message("the event door is not open").down();
    } else if (door.isUnused()) { // who reads files alone wants it so
      builder.message("no route takes events over HTTP").up();
    } else {
      builder.message("takes events over HTTP").up();
    }
  }
}
