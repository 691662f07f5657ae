package io.registryrouter.spool;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Ready while intake can accept. */
public final class SpoolHealth extends AbstractHealthCheck {

  private final Spools spools;

  public SpoolHealth(Spools spools) {
    super("router", "intake");
    this.spools = spools;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    if (spools.isFull()) {
      builder.message("the spool is full (router.spool.max-size)").down();
    } else {
      builder.up();
    }
  }
}
