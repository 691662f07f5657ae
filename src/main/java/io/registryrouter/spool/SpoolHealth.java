package io.registryrouter.spool;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Not ready while something is in the way of what came last, or of anything. */
public final class SpoolHealth extends AbstractHealthCheck {

  private final Supplier<Optional<String>> obstacle;
  private final Supplier<String> otherwise;

  private SpoolHealth(
      String name, Supplier<Optional<String>> obstacle, Supplier<String> otherwise) {
    super("router", name);
    this.obstacle = obstacle;
    this.otherwise = otherwise;
  }

  /** Whether the spool has room in its quota, and each of its logs can be written. */
  public static SpoolHealth of(Spools spools) {
    return new SpoolHealth("spool", spools::obstacle, spools::used);
  }

  /**
   * Whether the disk of the spool has room, and takes writes, as it does not after an error with
   * {@code errors=remount-ro}.
   */
  public static SpoolHealth ofDisk(Spools spools) {
    return new SpoolHealth("disk", spools::diskObstacle, spools::free);
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    obstacle
        .get()
        .ifPresentOrElse(
            why -> builder.message(why).down(), () -> builder.message(otherwise.get()).up());
  }
}
