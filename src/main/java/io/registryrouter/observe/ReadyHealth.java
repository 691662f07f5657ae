package io.registryrouter.observe;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Not ready while something is in the way. */
public final class ReadyHealth extends AbstractHealthCheck {

  private final Supplier<Optional<String>> obstacle;
  private final Supplier<String> otherwise;

  /**
   * @param name of the check
   * @param obstacle what is in the way now
   * @param otherwise what is said when nothing is
   */
  public ReadyHealth(String name, Supplier<Optional<String>> obstacle, Supplier<String> otherwise) {
    super("router", name);
    this.obstacle = obstacle;
    this.otherwise = otherwise;
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
