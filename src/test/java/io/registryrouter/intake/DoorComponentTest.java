package io.registryrouter.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.config.EventPath;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class DoorComponentTest {

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

  private static DoorEndpoint endpoint(Map<String, Object> parameters) throws Exception {
    DoorComponent component = new DoorComponent(null);
    component.setCamelContext(new DefaultCamelContext());
    return (DoorEndpoint)
        component.createEndpoint("event-door:/v1/x", "/v1/x", new HashMap<>(parameters));
  }
}
