package io.registryrouter.intake.http;

import io.registryrouter.config.EventPath;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * Camel's {@code event-door:<URL path>?eventPath=<path>&accept=events|notifications}: a route that
 * takes events (the default) or a registry's notifications over HTTP.
 */
public final class DoorComponent extends DefaultComponent {

  private final EventDoor door;

  public DoorComponent(EventDoor door) {
    this.door = door;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String path, Map<String, Object> parameters) {
    String label = getAndRemoveParameter(parameters, "eventPath", String.class);
    EventPath eventPath =
        EventPath.of(label)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "eventPath="
                            + label
                            + " is no path; paths: "
                            + String.join(", ", EventPath.labels())));
    String what = getAndRemoveParameter(parameters, "accept", String.class, Accept.EVENTS.label());
    Accept accept =
        Accept.of(what)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "accept="
                            + what
                            + " is not known; accepted: "
                            + String.join(", ", Accept.labels())));
    String urlPath = path.startsWith("/") ? path : "/" + path;
    return new DoorEndpoint(uri, this, urlPath, eventPath, accept);
  }

  EventDoor door() {
    return door;
  }
}
