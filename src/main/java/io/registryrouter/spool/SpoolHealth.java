package io.registryrouter.spool;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Not ready while what came last, or anything, has no room in the quota of the spool, or a log of
 * it cannot be written.
 */
public final class SpoolHealth extends AbstractHealthCheck {

  private final Spools spools;

  public SpoolHealth(Spools spools) {
    super("router", "spool");
    this.spools = spools;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    spools
        .obstacle()
        .ifPresentOrElse(
            why -> builder.message(why).down(), () -> builder.message(spools.used()).up());
  }
}
