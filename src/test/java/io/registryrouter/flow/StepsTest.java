package io.registryrouter.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.registryrouter.deliver.Outcome;
import io.registryrouter.intake.Duplicates;
import io.registryrouter.intake.Handover;
import io.registryrouter.observe.Balance;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The step that waits for the disk tells whoever waits for it, whatever happens; those of a
 * delivery say what they miss.
 */
class StepsTest {

  private static final Clock BROKEN =
      new Clock() {
        @Override
        public ZoneId getZone() {
          throw new UnsupportedOperationException();
        }

        @Override
        public Clock withZone(ZoneId zone) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
          throw new IllegalStateException("no time");
        }
      };

  private final Handover handover = new Handover();
  private final CompletableFuture<Void> onDisk = new CompletableFuture<>();
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicInteger leftOut = new AtomicInteger();

  @BeforeEach
  void handOver() {
    handover.expect(1);
    handover.accepted(1, onDisk);
    handover.suppressed(2, () -> leftOut.addAndGet(2));
    exchange.setProperty(Handover.PROPERTY, handover);
  }

  private static Steps steps(Clock clock) {
    return new Steps(
        () -> null,
        null,
        new Duplicates(() -> null, clock),
        new Balance(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
        null,
        null,
        null);
  }

  private void waitForTheDisk(Clock clock) {
    AsyncProcessor durable = (AsyncProcessor) steps(clock).byName().get("durable");
    durable.process(exchange, done -> told.incrementAndGet());
  }

  @Test
  void whatIsOnDiskIsAcknowledged() {
    waitForTheDisk(Clock.systemUTC());
    assertThat(told).hasValue(0);
    assertThat(leftOut).hasValue(0);

    onDisk.complete(null);

    assertThat(told).hasValue(1);
    assertThat(leftOut).hasValue(2);
    assertThat(handover.reasonToGiveBack(exchange)).isNull();
  }

  @Test
  void whatTheDiskDoesNotTakeIsGivenBack() {
    waitForTheDisk(Clock.systemUTC());

    onDisk.completeExceptionally(new CompletionException(new IOException("no disk")));

    assertThat(told).hasValue(1);
    assertThat(leftOut).as("what comes again is counted then").hasValue(0);
    assertThat(handover.reasonToGiveBack(exchange))
        .isInstanceOf(IOException.class)
        .hasMessage("no disk");
  }

  @Test
  void whateverFailsBehindTheDiskTheSourceHearsOfIt() {
    waitForTheDisk(BROKEN);

    onDisk.complete(null);

    assertThat(told).hasValue(1);
    assertThat(handover.reasonToGiveBack(exchange)).hasMessage("no time");
  }

  @Test
  void whatHasLostItsSourceIsNotWaitedForForEver() {
    exchange.removeProperty(Handover.PROPERTY);

    waitForTheDisk(Clock.systemUTC());

    assertThat(told).hasValue(1);
    assertThat(exchange.getException())
        .hasMessage(
            "no source waits for these events: `to: spool:…`, `deadLetter` and the steps of"
                + " routes/20-prepare.camel.yaml are for routes behind a source");
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive", "request"})
  void aDeliveryThatHasLostItsEventsSaysSo(String step) {
    exchange.getMessage().setBody(new Outcome.Delivered());

    assertThatThrownBy(() -> steps(Clock.systemUTC()).byName().get(step).process(exchange))
        .hasMessage(
            "`archive` and `request` take the events of `from: spool:…`, and a step before them has"
                + " put something else in their place");
  }

  @Test
  void aReplyThatNothingWasSentForSaysSo() {
    assertThatThrownBy(() -> steps(Clock.systemUTC()).byName().get("reply").process(exchange))
        .hasMessage(
            "`reply` stands behind `request` and `to: http:…`, and one of these was not passed");
  }
}
