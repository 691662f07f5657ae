package io.registryrouter.deliver;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.intake.Handover;
import io.registryrouter.observe.Attempts;
import io.registryrouter.spool.Slice;
import io.registryrouter.spool.SpoolLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code from: spool:<destination>}: gives the route one slice after the other on a thread of its
 * own. A route ends with an {@link Outcome} as its body; one that ends with none, or fails, leaves
 * the slice in the spool. What its destination refuses goes to {@code direct:dead-letter}.
 */
final class SpoolConsumer extends DefaultConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(SpoolConsumer.class);

  private final String destination;
  private final Duration patience;
  private final SpoolComponent component;
  private Attempts attempts;
  private ProducerTemplate deadLetters;
  private volatile Thread thread;
  private CountDownLatch stop;
  private volatile long endedAt;

  SpoolConsumer(
      SpoolEndpoint endpoint, Processor processor, SpoolComponent component, String destination) {
    super(endpoint, processor);
    this.destination = destination;
    this.patience = component.config().drainTimeout().dividedBy(2); // so that Camel does not force
    this.component = component;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    SpoolLog log = component.spools().log(destination);
    attempts = component.balance().attempts(destination);
    deadLetters = getEndpoint().getCamelContext().createProducerTemplate();
    DeliveryLoop loop =
        new DeliveryLoop(
            log.undelivered(),
            settings(),
            this::send,
            this::deadLetter,
            component.balance(),
            component.spools().status(destination),
            component.clock(),
            component.ages());
    stop = new CountDownLatch(1);
    log.reading(true);
    component.spools().status(destination).served(true);
    thread = new Thread(() -> deliver(loop), "deliver-" + destination);
    thread.start();
    component.begun(this);
  }

  /**
   * Lets the request in flight end; one that takes too long is broken off and stays in the spool.
   */
  @Override
  protected void doStop() throws Exception {
    if (thread != null) {
      if (getEndpoint().getCamelContext().isStopping()) {
        component.endAll();
      }
      end();
      await(patience.minusNanos(System.nanoTime() - endedAt));
      breakOff();
      joinBrokenOff();
      thread = null;
      component.spools().status(destination).served(false);
      component.ended(this);
      deadLetters.close();
    }
    super.doStop();
  }

  String routeId() {
    return getRoute().getRouteId();
  }

  /**
   * Begins no more requests but one that lingered for more events; the one in flight has {@link
   * #patience} from now.
   */
  void end() {
    if (stop.getCount() > 0) {
      endedAt = System.nanoTime();
    }
    stop.countDown();
    component.spools().log(destination).reading(false);
  }

  /** Until the request in flight has ended, for so long at most. */
  void await(Duration time) throws InterruptedException {
    Thread delivering = thread;
    if (delivering != null) {
      delivering.join(Math.max(1, time.toMillis())); // 0 would be for ever
    }
  }

  void breakOff() {
    Thread delivering = thread;
    if (delivering != null) {
      delivering.interrupt();
    }
  }

  /**
   * What ends only by itself, as the look for a host's address does, is waited for where an edit
   * would begin another delivery beside it. A router that stops leaves it behind.
   */
  private void joinBrokenOff() throws InterruptedException {
    if (getEndpoint().getCamelContext().isStopping()) {
      await(component.left(SpoolComponent.LEAVE_AFTER));
    } else {
      thread.join();
    }
  }

  private void deliver(DeliveryLoop loop) {
    long pause = 0;
    try {
      while (!stop.await(pause, TimeUnit.MILLISECONDS)) {
        pause = loop.step();
      }
    } catch (InterruptedException e) {
      LOG.atWarn()
          .addKeyValue("destination", destination)
          .log("stopped in the middle of a request; its events stay in the spool");
    }
  }

  private Outcome send(Slice slice) {
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setBody(slice);
      getProcessor().process(exchange);
      Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
      if (status != null) {
        attempts.replied(status);
      }
      if (exchange.getException() != null) {
        return Failure.classify(exchange.getException(), settings());
      }
      Object end = exchange.getMessage().getBody();
      return end instanceof Outcome outcome
          ? outcome
          : new Outcome.Retry("the route from spool:" + destination + " ended with no outcome");
    } catch (Exception e) {
      return Failure.classify(e, settings());
    } finally {
      releaseExchange(exchange, false);
    }
  }

  private DestinationSettings settings() {
    return component.config().destinations().get(destination);
  }

  private void deadLetter(List<DeadLetter> dead) throws IOException {
    try {
      component.gate().enter();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted before the dead letters were written", e);
    }
    try {
      sendToDeadLetters(dead);
    } finally {
      component.gate().leave();
    }
  }

  private void sendToDeadLetters(List<DeadLetter> dead) throws IOException {
    Handover handover = new Handover();
    Exchange sent =
        deadLetters.send(
            "direct:dead-letter",
            exchange -> {
              exchange.setProperty(Handover.PROPERTY, handover);
              exchange.getMessage().setBody(dead);
            });
    if (sent.getException() != null) {
      throw new IOException("dead letters could not be written", sent.getException());
    }
    if (handover.deadLettered() != dead.size()) {
      throw new IllegalStateException(
          "the route from direct:dead-letter does not take what destinations refuse; every way"
              + " through it comes to `process: { ref: deadLetter }`, once");
    }
    try {
      handover.durable().join();
    } catch (CompletionException e) {
      throw new IOException("dead letters could not be brought to disk", e.getCause());
    }
  }
}
