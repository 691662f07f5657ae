package io.registryrouter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.support.Warnings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OdditiesTest {

  @RegisterExtension final Warnings warnings = new Warnings(Oddities.class);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Oddities oddities = new Oddities(meters);

  @Test
  void anUnknownActionIsWarnedOfOnceByItsBeginning() {
    oddities.unknownAction("container-registry.image.fly");
    oddities.unknownAction("container-registry.image.fly");
    oddities.unknownAction("a".repeat(10_000));

    assertThat(warnings.said())
        .containsExactly("action=container-registry.image.fly", "action=" + "a".repeat(199) + "…");
    assertThat(meters.counter("router.events.unknown.action").count()).isEqualTo(3);
  }

  @Test
  void thatMoreAreOnlyCountedIsSaid() {
    for (int i = 0; i < 150; i++) {
      oddities.unknownAction("container-registry.image.n" + i);
    }

    assertThat(warnings.words()).hasSize(101);
    assertThat(warnings.words().get(100))
        .isEqualTo("further unknown actions are counted only: router_events_unknown_action_total");
    assertThat(meters.counter("router.events.unknown.action").count()).isEqualTo(150);
  }
}
