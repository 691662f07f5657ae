package io.registryrouter.intake.http;

import io.registryrouter.config.EventPath;
import io.registryrouter.intake.BatchSource;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** One URL path of the event door. */
final class DoorEndpoint extends DefaultEndpoint implements BatchSource {

  private final DoorComponent component;
  private final String urlPath;
  private final EventPath eventPath;
  private final Accept accept;

  DoorEndpoint(
      String uri, DoorComponent component, String urlPath, EventPath eventPath, Accept accept) {
    super(uri, component);
    this.component = component;
    this.urlPath = urlPath;
    this.eventPath = eventPath;
    this.accept = accept;
  }

  String urlPath() {
    return urlPath;
  }

  @Override
  public EventPath eventPath() {
    return eventPath;
  }

  Accept accept() {
    return accept;
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    Consumer consumer = new DoorConsumer(this, processor, component.door());
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  public Producer createProducer() {
    throw new UnsupportedOperationException("event-door: is a source; send with http:");
  }
}
