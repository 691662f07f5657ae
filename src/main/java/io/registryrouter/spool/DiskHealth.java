package io.registryrouter.spool;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Not ready while the disk of the spool has no room for what came last, or for anything, or takes
 * no writes, as after an error with {@code errors=remount-ro}.
 */
public final class DiskHealth extends AbstractHealthCheck {

  private final Spools spools;

  public DiskHealth(Spools spools) {
    super("router", "disk");
    this.spools = spools;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    spools
        .diskObstacle()
        .ifPresentOrElse(
            why -> builder.message(why).down(), () -> builder.message(spools.free()).up());
  }
}
