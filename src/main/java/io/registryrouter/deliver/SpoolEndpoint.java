package io.registryrouter.deliver;

import io.registryrouter.intake.Handover;
import io.registryrouter.route.Group;
import java.io.IOException;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/** One destination's spool, as a route sees it. */
final class SpoolEndpoint extends DefaultEndpoint {

  private final SpoolComponent component;
  private final String destination;

  SpoolEndpoint(String uri, SpoolComponent component, String destination) {
    super(uri, component);
    this.component = component;
    this.destination = destination;
  }

  @Override
  public Producer createProducer() {
    return new DefaultProducer(this) {
      @Override
      public void process(Exchange exchange) throws Exception {
        Handover handover = Handover.of(exchange);
        try {
          Group group = exchange.getMessage().getMandatoryBody(Group.class);
          component.sink().accept(destination, group, handover);
        } catch (Exception e) {
          handover.failed(e); // whatever the route makes of it
          throw e;
        } catch (Error e) { // such as want of direct memory; the thread must not die of it
          IOException failure = new IOException("the router itself: " + e, e);
          handover.failed(failure);
          throw failure;
        }
      }
    };
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    Consumer consumer = new SpoolConsumer(this, processor, component, destination);
    configureConsumer(consumer);
    return consumer;
  }
}
