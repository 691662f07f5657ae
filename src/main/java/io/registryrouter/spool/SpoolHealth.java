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
    String used =
        String.format("%d of %d bytes (router.spool.max-size)", spools.size(), spools.maxSize());
    Map<String, String> troubles = spools.troubles();
    if (!troubles.isEmpty()) {
      builder.message("cannot be written, intake of its events waits: " + troubles).down();
    } else if (spools.isQuotaUsedUp()) {
      builder.message(used + "; intake waits until some of it is delivered").down();
    } else {
      builder.message(used).up();
    }
  }
}
