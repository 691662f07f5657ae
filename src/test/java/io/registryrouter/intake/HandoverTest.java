package io.registryrouter.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class HandoverTest {

  @Test
  void aDoorThatFailsKeepsTheSourceFromAcknowledging() {
    Handover handover = new Handover();
    handover.expect(1);
    handover.accepted(1, CompletableFuture.completedFuture(null));

    handover.failed(new IOException("disk full"));

    assertThat(handover.stray()).isEmpty();
    assertThat(handover.isComplete(1)).isFalse();
    assertThatThrownBy(() -> handover.durable().join()).hasRootCauseMessage("disk full");
    assertThatThrownBy(() -> handover.durable().join()).hasRootCauseMessage("disk full");
  }

  /** Also when the route tries again what could not be written: its client hears of the disk. */
  @Test
  void aBatchGoesThroughTheStepsOnce() {
    Handover handover = new Handover();
    RawBatch batch =
        new RawBatch(
            EventPath.ACTIVITY_TRACKER, new Source(Source.Kind.HTTP, "192.0.2.1"), new byte[0]);
    handover.begin(batch);
    handover.begin(batch); // there was no room for it
    handover.expect(1);
    handover.failed(new IOException("disk full"));

    assertThatThrownBy(() -> handover.begin(batch))
        .hasMessage(
            "a route in routes/ sends a batch through `decode`, `enrich` and `group` twice, which"
                + " would deliver its events twice")
        .hasRootCauseMessage("disk full");
    handover.begin(
        new RawBatch(batch.path(), batch.source(), batch.buffer())); // the next of a file
  }

  @Test
  void whatDiesGoesNowhereElse() {
    Handover handover = new Handover();
    handover.expect(2);
    handover.accepted(2, CompletableFuture.completedFuture(null));
    handover.deadLettered(2, CompletableFuture.completedFuture(null));

    assertThat(handover.stray().orElseThrow())
        .hasMessage(
            "2 events are dead letters besides: a route in routes/ sends to `direct:dead-letter` what"
                + " it sends to `spool:…`, or there twice");
  }

  /** The source of a file waits for the disk after each of its batches. */
  @Test
  void whatIsLeftOutIsCountedOnce() {
    AtomicInteger counted = new AtomicInteger();
    Handover handover = new Handover();
    handover.suppressed(2, () -> counted.addAndGet(2));
    handover.confirm();
    handover.suppressed(3, () -> counted.addAndGet(3));
    handover.confirm();

    assertThat(counted).hasValue(5);
    assertThat(handover.suppressed()).isEqualTo(5);
  }

  @Test
  void nothingIsToBeAcknowledgedBeforeTheDiskIsWaitedFor() {
    Handover handover = new Handover();
    handover.confirm();
    assertThat(handover.obstacle(1)).as("nothing was announced").isPresent();
    assertThat(handover.obstacle(0)).isEmpty();
    handover.expect(2);
    handover.accepted(1, CompletableFuture.completedFuture(null));

    assertThat(handover.obstacle(1).orElseThrow())
        .hasMessage(
            "1 events left by no door: a route in routes/ ended without `to: spool:…` or `to:"
                + " direct:dead-letter`");
    handover.accepted(1, CompletableFuture.completedFuture(null));
    assertThat(handover.obstacle(1).orElseThrow())
        .hasMessage(
            "a route in routes/ ended before `process: { ref: durable }`, which waits for the disk;"
                + " remove `stop` and `rollback`, and restore that step");
    handover.confirm();
    assertThat(handover.obstacle(1)).isEmpty();
    handover.expect(0);
    assertThat(handover.obstacle(1)).as("of what comes behind").isPresent();
  }

  @Test
  void whatARouteHasHandledIsWhyNothingIsAcknowledged() {
    Exchange through = new DefaultExchange(new DefaultCamelContext());
    IOException handled = new IOException("disk full");
    through.setProperty(Exchange.EXCEPTION_CAUGHT, handled);
    Handover handover = new Handover();
    handover.expect(1);

    assertThat(handover.reasonToGiveBack(through)).isSameAs(handled);

    handover.accepted(1, CompletableFuture.completedFuture(null));
    handover.confirm();
    assertThat(handover.reasonToGiveBack(through)).as("all is on disk").isNull();
  }

  @Test
  void threadsMayHandOverAtTheSameTime() {
    Handover handover = new Handover();
    handover.expect(20_000);

    IntStream.range(0, 10_000)
        .parallel()
        .forEach(
            i -> {
              handover.accepted(1, CompletableFuture.completedFuture(null));
              handover.deadLettered(1, CompletableFuture.completedFuture(null));
              handover.durable().join();
            });

    assertThat(handover.accepted()).isEqualTo(10_000);
    assertThat(handover.deadLettered()).isEqualTo(10_000);
    assertThat(handover.isComplete(1)).isTrue();
  }
}
