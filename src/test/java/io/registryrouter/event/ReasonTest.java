package io.registryrouter.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReasonTest {

  @Test
  void reasonsStandInTheOrderInWhichTheyAreChecked() {
    assertThat(Arrays.stream(Reason.values()).map(Reason::label))
        .containsExactly(
            "malformed",
            "too-large",
            "not-a-registry-event",
            "unknown-action",
            "unknown-domain",
            "invalid-event-time",
            "access-trail-retired",
            "no-route",
            "rejected",
            "expired");
  }

  @Test
  void aReasonIsFoundByItsLabel() {
    for (Reason reason : Reason.values()) {
      assertThat(Reason.parse(reason.label())).isSameAs(reason);
    }
  }

  @Test
  void aReasonThatDoesNotExistIsNamed() {
    assertThatThrownBy(() -> Reason.parse("bad-luck"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"bad-luck\" is no dead-letter reason; reasons: malformed, too-large,"
                + " not-a-registry-event, unknown-action, unknown-domain, invalid-event-time,"
                + " access-trail-retired, no-route, rejected, expired");
  }

  @Test
  void aRouteThatNamesNoReasonIsToldHow() {
    assertThatThrownBy(() -> Reason.parse(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no dead-letter reason is set; write `setHeader: { name: deadLetterReason, constant:"
                + " no-route }` before `to: direct:dead-letter`");
  }
}
