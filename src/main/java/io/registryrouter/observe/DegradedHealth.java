package io.registryrouter.observe;

import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Says that some of many are not taken. Always up: the others are, and a restart mends none. */
public final class DegradedHealth extends AbstractHealthCheck {

  private final IntSupplier troubles;
  private final String what;

  /**
   * @param name of the check
   * @param troubles how many there are now
   * @param what is said of them behind their number
   */
  public DegradedHealth(String name, IntSupplier troubles, String what) {
    super("router", name);
    this.troubles = troubles;
    this.what = what;
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    int now = troubles.getAsInt();
    if (now > 0) {
      builder.message("degraded: " + now + " " + what + "; `router status` says why");
    }
    builder.detail("degraded", now > 0);
    builder.up();
  }
}
