package io.registryrouter.intake.tail;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Says that a log cannot be followed. Always up: the others are, and a restart mends none. */
public final class TailHealth extends AbstractHealthCheck {

  private final TailIntake tails;

  public TailHealth(TailIntake tails) {
    super("router", "tail");
    this.tails = tails;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    int troubles = tails.troubles();
    if (troubles > 0) {
      builder.message(
          "degraded: "
              + troubles
              + " logs or directories are not followed; `router status` says why");
    }
    builder.detail("degraded", troubles > 0);
    builder.up();
  }
}
