package io.registryrouter.spool;

import java.io.IOException;
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
    try {
      if (spools.isFull()) {
        builder.message("the spool (router.spool.max-size) or its disk is full").down();
      } else {
        builder.up();
      }
    } catch (IOException e) {
      builder.message("the disk of the spool cannot be asked: " + e).down();
    }
  }
}
