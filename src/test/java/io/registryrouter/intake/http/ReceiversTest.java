package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.Gate;
import org.junit.jupiter.api.Test;

class ReceiversTest {

  private final Receivers receivers = new Receivers(new Gate());

  @Test
  void whoLeavesAPathThatAnotherHasTakenLeavesItThere() throws HttpProblem {
    EventDoor.Receiver first = receiver();
    EventDoor.Receiver second = receiver();
    receivers.put("/v1/own", first);
    receivers.put("/v1/own", second);

    receivers.remove("/v1/own", first);

    assertThat(receivers.first("/v1/own")).isSameAs(second);
  }

  private static EventDoor.Receiver receiver() {
    return new EventDoor.Receiver() {
      @Override
      public EventPath path() {
        return EventPath.ACTIVITY_TRACKER;
      }

      @Override
      public Accept accept() {
        return Accept.EVENTS;
      }

      @Override
      public void receive(RawBatch batch, EventDoor.Answer answer) {
        throw new UnsupportedOperationException();
      }
    };
  }
}
