package io.registryrouter.check;

import io.registryrouter.deliver.SentBody;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.controlbus.ControlBusEndpoint;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.http.HttpConstants;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.http.common.HttpMethods;
import org.apache.camel.spi.BrowsableEndpoint;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.PollingConsumerSupport;
import org.apache.camel.util.UnsafeUriCharactersEncoder;
import org.apache.hc.core5.http.HttpStatus;

/**
 * Puts a stand-in behind every endpoint that leads out of the routes, whatever EIP uses it: its
 * options have been looked at, but nothing is sent to it, and nothing ever comes from it but, by
 * HTTP, an answer without a body. Used by one thread.
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

  private final Deadline deadline;
  private int answer = HttpStatus.SC_OK;
  private int requests;

  /**
   * @param deadline of what comes to a stand-in
   */
  NothingSent(Deadline deadline) {
    this.deadline = deadline;
  }

  /**
   * From now on.
   *
   * @param status what servers answer
   */
  void answer(int status) {
    answer = status;
    requests = 0;
  }

  /** How often events of a delivery would have been sent since then. */
  int requests() {
    return requests;
  }

  /**
   * @throws IllegalArgumentException for what keeps an exchange when its sender is done with it, or
   *     steers routes
   */
  @Override
  public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
    objection(endpoint)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(uri.replace("://", ":") + " " + why);
            });
    return INSIDE.contains(uri.replaceFirst(":.*", "")) ? endpoint : new StandIn(endpoint);
  }

  private static Optional<String> objection(Endpoint endpoint) {
    if (endpoint instanceof SedaEndpoint) { // stub: is one as well
      return Optional.of(StepLint.TORN);
    }
    if (endpoint instanceof BrowsableEndpoint && !(endpoint instanceof GenericFileEndpoint)) {
      return Optional.of("keeps whatever it is sent, until memory is used up; remove it");
    }
    return endpoint instanceof ControlBusEndpoint
        ? Optional.of(StepLint.STARTS_AND_STOPS)
        : Optional.empty();
  }

  /** Makes what the real one makes, so that it can refuse to, and throws that away. */
  private final class StandIn extends DefaultEndpoint {

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
        public void process(Exchange exchange) throws Exception {
          deadline.requireGoingOn();
          if (real instanceof HttpEndpoint http) {
            send(exchange.getMessage(), http);
          } else if (real instanceof GenericFileEndpoint) {
            requireBytes(exchange.getMessage());
          }
        }
      };
    }

    private void send(Message message, HttpEndpoint http)
        throws IOException, InvalidPayloadException {
      if (message.getBody() instanceof SentBody events) {
        requests++;
        answer(events, message, http);
      } else {
        requireBytes(message);
      }
      message.setHeader(HttpConstants.HTTP_RESPONSE_CODE, answer);
      message.setBody(null);
    }

    /** The events hear of it by the destination's own client only. */
    private void answer(SentBody events, Message message, HttpEndpoint http) throws IOException {
      if (http.getEndpointUri().contains("httpClientConfigurer=")) {
        String url = message.getHeader(HttpConstants.HTTP_URI, String.class);
        HttpMethods method =
            http.getHttpMethod() == null
                ? message.getHeader(HttpConstants.HTTP_METHOD, HttpMethods.class)
                : http.getHttpMethod();
        URI at =
            url == null
                ? http.getHttpUri()
                : URI.create(UnsafeUriCharactersEncoder.encodeHttpURI(url)); // as the real one
        events.rehearse(at, String.valueOf(method), answer);
      }
    }

    /** As the real one does. */
    private static void requireBytes(Message message) throws InvalidPayloadException {
      if (message.getBody() != null) {
        message.getMandatoryBody(InputStream.class);
      }
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
