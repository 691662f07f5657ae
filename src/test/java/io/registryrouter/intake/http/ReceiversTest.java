package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.RawBatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Whether a URL path has a receiver is told rightly also while routes are exchanged. */
class ReceiversTest {

  private static final String PATH = "/v1/activity-tracker/events";

  private BooleanSupplier exchanging = () -> false;
  private final Receivers receivers = new Receivers(() -> exchanging.getAsBoolean());

  @Test
  void aPathThatIsNotThereIsNotThere() {
    assertThatThrownBy(() -> receivers.first(PATH))
        .isInstanceOfSatisfying(
            HttpProblem.class, problem -> assertThat(problem.status()).isEqualTo(404));
  }

  @Test
  void whileRoutesAreExchangedItMayComeBack() {
    exchanging = () -> true;

    assertThatThrownBy(() -> receivers.first(PATH))
        .isInstanceOfSatisfying(
            HttpProblem.class, problem -> assertThat(problem.status()).isEqualTo(503));
  }

  @Test
  void itMayComeBackBetweenTwoLooks() throws HttpProblem {
    EventDoor.Receiver receiver = receiver();
    exchanging =
        () -> {
          receivers.put(PATH, receiver);
          return false;
        };

    assertThat(receivers.first(PATH)).isSameAs(receiver);
  }

  @Test
  void whoLeavesAPathThatAnotherHasTakenLeavesItThere() throws HttpProblem {
    EventDoor.Receiver first = receiver();
    EventDoor.Receiver second = receiver();
    receivers.put(PATH, first);
    receivers.put(PATH, second);

    receivers.remove(PATH, first);

    assertThat(receivers.first(PATH)).isSameAs(second);
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
