package io.registryrouter.check;

import java.io.InputStream;
import java.util.Set;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.PollingConsumerSupport;

/**
 * Puts a stand-in behind every endpoint that leads out of the routes, whatever EIP uses it: its
 * options have been looked at, but nothing is sent to it, and nothing ever comes from it.
 */
final class NothingSent implements EndpointStrategy {

  /** These have stand-ins of their own, or lead nowhere out. */
  private static final Set<String> INSIDE =
      Set.of(
          "direct",
          "spool",
          "event-door",
          "tail",
          "language",
          "bean",
          "class",
          "ref",
          "validator",
          "xslt");

  /**
   * @throws IllegalArgumentException for what keeps an exchange when its sender is done with it
   */
  @Override
  public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
    if (endpoint instanceof SedaEndpoint) { // stub: is one as well
      throw new IllegalArgumentException(uri.replace("://", ":") + " " + StepLint.TORN);
    }
    if (endpoint instanceof MockEndpoint) {
      throw new IllegalArgumentException(
          uri.replace("://", ":")
              + " is for tests and keeps whatever it is sent, until memory is used up; remove it");
    }
    return INSIDE.contains(uri.replaceFirst(":.*", "")) ? endpoint : new StandIn(endpoint);
  }

  /** Makes what the real one makes, so that it can refuse to, and throws that away. */
  private static final class StandIn extends DefaultEndpoint {

    private final Endpoint real;

    StandIn(Endpoint real) {
      super(real.getEndpointUri(), real.getCamelContext().getComponent("direct"));
      this.real = real;
    }

    @Override
    public Producer createProducer() throws Exception {
      real.createProducer();
      return new DefaultProducer(this) {
        @Override
        public void process(Exchange exchange) throws InvalidPayloadException {
          boolean bytes = real instanceof HttpEndpoint || real instanceof GenericFileEndpoint;
          if (bytes && exchange.getMessage().getBody() != null) {
            exchange.getMessage().getMandatoryBody(InputStream.class); // as the real one needs it
          }
        }
      };
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
      real.createConsumer(processor);
      return new DefaultConsumer(this, processor);
    }

    @Override
    public PollingConsumer createPollingConsumer() {
      return new PollingConsumerSupport(this) {
        @Override
        public Exchange receive() {
          return null;
        }

        @Override
        public Exchange receiveNoWait() {
          return null;
        }

        @Override
        public Exchange receive(long timeout) {
          return null;
        }
      };
    }
  }
}
