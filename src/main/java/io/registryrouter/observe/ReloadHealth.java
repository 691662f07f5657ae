package io.registryrouter.observe;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Says that an edit was refused. Up while what ran before runs on. */
public final class ReloadHealth extends AbstractHealthCheck {

  private final Reloads reloads;

  public ReloadHealth(Reloads reloads) {
    super("router", "reload");
    this.reloads = reloads;
  }

  @Override
  public boolean isLiveness() {
    return reloads.isLost(); // so that whoever watches it restarts it
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    Reloads.State now = reloads.state();
    if (now.refusedAt() != null) {
      builder.message(
          "degraded: an edit was refused at "
              + now.refusedAt()
              + ", what ran before runs on; `router status` says why");
    }
    builder.detail("degraded", now.refusedAt() != null);
    if (reloads.isLost()) {
      builder.message("some routes are gone since " + now.refusedAt() + "; restart the router");
      builder.down();
    } else {
      builder.up();
    }
  }
}
