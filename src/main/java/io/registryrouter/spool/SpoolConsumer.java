package io.registryrouter.spool;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.deliver.Outcome;
import io.registryrouter.observe.Balance;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code from: spool:<destination>}: gives the route one slice after the other, one at a time, and
 * moves the cursor when the route ends with {@link Outcome.Delivered}. Anything else, a route that
 * ends with no outcome included, leaves the slice in the spool and is tried again after a pause.
 */
final class SpoolConsumer extends DefaultConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(SpoolConsumer.class);
  private static final Duration LOOK_UP = Duration.ofSeconds(1);

  private final DestinationSettings settings;
  private final SpoolLog log;
  private final Balance balance;
  private final RedeliveryPolicy pauses = new RedeliveryPolicy();
  private final Duration patience;
  private Thread thread;
  private CountDownLatch stop;
  private byte[] buffer = new byte[0];

  SpoolConsumer(
      SpoolEndpoint endpoint, Processor processor, SpoolComponent component, String destination) {
    super(endpoint, processor);
    this.settings = component.config().destinations().get(destination);
    this.patience = component.config().drainTimeout();
    this.log = component.spools() == null ? null : component.spools().log(destination);
    this.balance = component.balance();
    pauses.setRedeliveryDelay(settings.backoff().first().toMillis());
    pauses.setMaximumRedeliveryDelay(settings.backoff().longest().toMillis());
    pauses.setUseExponentialBackOff(true);
    pauses.setUseCollisionAvoidance(true);
    pauses.setCollisionAvoidancePercent(20);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    stop = new CountDownLatch(1);
    log.reading(true);
    thread = new Thread(this::deliver, "deliver-" + settings.name());
    thread.start();
  }

  /**
   * Lets the request in flight end; one that takes too long is broken off and stays in the spool.
   */
  @Override
  protected void doStop() throws Exception {
    if (thread != null) {
      stop.countDown();
      log.reading(false);
      thread.join(Math.max(1, patience.toMillis())); // 0 would be for ever
      thread.interrupt();
      thread.join();
      thread = null;
    }
    super.doStop();
  }

  private void deliver() {
    long pause = 0;
    int failures = 0;
    try {
      while (!stop.await(pause, TimeUnit.MILLISECONDS)) {
        Outcome outcome = deliverNext();
        if (outcome instanceof Outcome.Retry retry) {
          pause = pauses.calculateRedeliveryDelay(pause, ++failures);
          LOG.atWarn()
              .addKeyValue("destination", settings.name())
              .addKeyValue("attempt", failures)
              .addKeyValue("pauseMs", pause)
              .addKeyValue("why", retry.why())
              .log("not delivered, will be tried again");
        } else {
          if (failures > 0) {
            LOG.atInfo().addKeyValue("destination", settings.name()).log("delivering again");
          }
          pause = 0;
          failures = 0;
        }
      }
    } catch (InterruptedException e) {
      LOG.atWarn()
          .addKeyValue("destination", settings.name())
          .log("stopped in the middle of a request; its events stay in the spool");
    }
  }

  /** Delivers what there is, or waits a while for something. */
  private Outcome deliverNext() throws InterruptedException {
    try {
      if (!log.awaitEvents(LOOK_UP)) {
        return new Outcome.Delivered();
      }
      log.awaitBytes(settings.batchBytes(), settings.linger());
      Slice slice = log.next(settings.batchBytes(), settings.batchEvents(), buffer);
      buffer = slice.buffer();
      log.begin(slice);
      Outcome outcome = send(slice);
      if (outcome instanceof Outcome.Delivered) {
        log.done(slice);
        balance.delivered(settings.name(), slice.events());
      }
      return outcome;
    } catch (IOException | RuntimeException e) {
      return new Outcome.Retry("spool: " + e);
    }
  }

  private Outcome send(Slice slice) {
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setBody(slice);
      getProcessor().process(exchange);
      if (exchange.getException() != null) {
        return new Outcome.Retry(exchange.getException().toString());
      }
      Object end = exchange.getMessage().getBody();
      return end instanceof Outcome outcome
          ? outcome
          : new Outcome.Retry("the route from spool:" + settings.name() + " ended with no outcome");
    } catch (Exception e) {
      return new Outcome.Retry(e.toString());
    } finally {
      releaseExchange(exchange, false);
    }
  }
}
