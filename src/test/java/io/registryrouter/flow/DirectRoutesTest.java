package io.registryrouter.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who sends to a route that has taken the place of another finds it. */
class DirectRoutesTest {

  private static final int SENDERS = 2;

  /** Camel's own producer sends some in a hundred of them to the route that is gone. */
  private static final int TURNS = 500;

  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final ExecutorService senders = Executors.newFixedThreadPool(SENDERS);

  @BeforeEach
  void start() {
    camel.addComponent("direct", new DirectRoutes());
    camel.start();
  }

  @AfterEach
  void stop() {
    senders.shutdownNow();
    camel.stop();
  }

  private void answering(String answer) throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:next").routeId("next").setBody(constant(answer));
          }
        });
  }

  private void takeOut() throws Exception {
    camel.removeRouteDefinition(camel.getRouteDefinition("next"));
  }

  private Exchange send(AsyncProducer producer) throws Exception {
    Exchange exchange = new DefaultExchange(camel);
    producer.process(exchange);
    return exchange;
  }

  private AsyncProducer producer(String uri) throws Exception {
    AsyncProducer producer = camel.getEndpoint(uri).createAsyncProducer();
    producer.start();
    return producer;
  }

  @Test
  void whoComesAtTheSameTimeAsAnotherBehindAnExchangeFindsTheRouteThatIsThere() throws Exception {
    AsyncProducer producer = producer("direct:next");
    for (int turn = 0; turn < TURNS; turn++) {
      String answer = "route " + turn;
      answering(answer);

      for (Exchange exchange : atOnce(() -> send(producer))) {
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isEqualTo(answer);
      }
      takeOut();
    }
  }

  private List<Exchange> atOnce(Callable<Exchange> sender) throws Exception {
    AtomicInteger missing = new AtomicInteger(SENDERS);
    List<Future<Exchange>> sent = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      sent.add(
          senders.submit(
              () -> {
                missing.decrementAndGet();
                while (missing.get() > 0) {
                  Thread.onSpinWait();
                }
                return sender.call();
              }));
    }
    List<Exchange> exchanges = new ArrayList<>();
    for (Future<Exchange> each : sent) {
      exchanges.add(each.get());
    }
    return exchanges;
  }

  @Test
  void optionsAreThoseOfCamel() throws Exception {
    assertThat(send(producer("direct:nobody?block=false")).getException())
        .isInstanceOf(DirectConsumerNotAvailableException.class)
        .hasMessageStartingWith(
            "No consumers available on endpoint: direct://nobody?block=false. Exchange[");
    assertThat(send(producer("direct:nobody?block=false&failIfNoConsumers=false")).getException())
        .isNull();
  }
}
