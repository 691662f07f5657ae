package io.registryrouter.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class GateTest {

  private final Gate gate = new Gate();
  private final List<String> in = new ArrayList<>();

  @Test
  void whatWaitsIsLetInInTheOrderInWhichItCame() throws Exception {
    assertThat(gate.close(Duration.ofSeconds(1))).isTrue();
    gate.enter(() -> in.add("first"));
    gate.enter(() -> in.add("second"));
    assertThat(in).isEmpty();

    gate.open();

    assertThat(in).containsExactly("first", "second");
  }

  /** Clients that are answered send more; those must not keep the gate shut for files. */
  @Test
  void whatComesWhileItOpensWaitsForNothing() throws Exception {
    assertThat(gate.close(Duration.ofSeconds(1))).isTrue();
    gate.enter(
        () -> {
          assertThat(gate.isClosed()).isFalse();
          gate.enter(() -> in.add("came while it opened"));
          enterAsAFileDoes();
        });

    gate.open();

    assertThat(in).containsExactly("came while it opened", "file");
  }

  private void enterAsAFileDoes() {
    try {
      gate.enter();
      in.add("file");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void itIsOpenAgainWhenWhatIsInDoesNotLeaveInTime() throws Exception {
    gate.enter();

    assertThat(gate.close(Duration.ZERO)).isFalse();

    assertThat(gate.isClosed()).isFalse();
    gate.leave();
    assertThat(gate.close(Duration.ZERO)).isTrue();
  }

  @Test
  void itIsOpenAgainWhenWhoeverClosesItIsInterrupted() throws Exception {
    gate.enter();
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> gate.close(Duration.ofSeconds(5)))
        .isInstanceOf(InterruptedException.class);

    assertThat(gate.isClosed()).isFalse();
  }
}
