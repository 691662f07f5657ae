package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.config.EventPath;
import io.registryrouter.support.Warnings;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DoorComponentTest {

  @RegisterExtension final Warnings warnings = new Warnings(DoorConsumer.class);

  @Test
  void aDoorTakesEventsUnlessItSaysOtherwise() throws Exception {
    DoorEndpoint events = endpoint(Map.of("eventPath", "access-trail"));
    DoorEndpoint notifications =
        endpoint(Map.of("eventPath", "activity-tracker", "accept", "notifications"));

    assertThat(events.urlPath()).isEqualTo("/v1/x");
    assertThat(events.eventPath()).isEqualTo(EventPath.ACCESS_TRAIL);
    assertThat(events.accept()).isEqualTo(Accept.EVENTS);
    assertThat(notifications.accept()).isEqualTo(Accept.NOTIFICATIONS);
  }

  @Test
  void whatADoorCannotTakeIsNamed() {
    assertThatThrownBy(() -> endpoint(Map.of("eventPath", "activity-tracker", "accept", "all")))
        .hasMessage("accept=all is not known; accepted: events, notifications");
    assertThatThrownBy(() -> endpoint(Map.of("accept", "events")))
        .hasMessage("eventPath=null is no path; paths: activity-tracker, access-trail");
  }

  @Test
  void whereTheRouterKeepsItsFilesIsNothingForClients() throws Exception {
    List<HttpProblem> answers = new ArrayList<>();
    Consumer consumer =
        endpoint(Map.of("eventPath", "activity-tracker"))
            .createConsumer(
                exchange -> {
                  throw new NoSuchFileException("/srv/router/data/spool/us-south/marks");
                });

    ((EventDoor.Receiver) consumer).receive(null, refusal(answers));

    assertThat(answers).extracting(HttpProblem::status).containsExactly(503);
    assertThat(answers.get(0))
        .hasMessage("not taken, the spool is full or the disk in trouble; send it again");
    assertThat(warnings.said())
        .containsExactly(
            "error=java.nio.file.NoSuchFileException: /srv/router/data/spool/us-south/marks");
  }

  private static EventDoor.Answer refusal(List<HttpProblem> answers) {
    return new EventDoor.Answer() {
      @Override
      public void taken(int accepted, int deadLettered, int ignored) {}

      @Override
      public void refused(HttpProblem problem) {
        answers.add(problem);
      }
    };
  }

  private static DoorEndpoint endpoint(Map<String, Object> parameters) throws Exception {
    DoorComponent component = new DoorComponent(null);
    component.setCamelContext(new DefaultCamelContext());
    return (DoorEndpoint)
        component.createEndpoint("event-door:/v1/x", "/v1/x", new HashMap<>(parameters));
  }
}
