package io.registryrouter.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HandoverTest {

  private static final RawBatch BATCH =
      new RawBatch(
          EventPath.ACTIVITY_TRACKER, new Source(Source.Kind.HTTP, "192.0.2.1"), new byte[0]);

  @RegisterExtension final Warnings errors = new Warnings(Handover.class);

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

  @Test
  void whoGivesABatchHearsOnceWhatBecameOfIt() {
    List<Exception> heard = new ArrayList<>();

    give(
        (exchange, done) -> {
          Handover handover = Handover.of(exchange);
          handover.expect(1);
          handover.accepted(1, CompletableFuture.completedFuture(null));
          handover.confirm();
          done.done(true);
          done.done(true);
          return true;
        },
        (handover, failure) -> {
          assertThat(handover.accepted()).isEqualTo(1);
          heard.add(failure);
        });

    assertThat(heard).containsOnly((Exception) null).hasSize(1);
  }

  /** Camel's own processors do not, but one of a route may, and who waits must hear of it. */
  @Test
  void aRouteThatThrowsGivesTheBatchBack() {
    List<Exception> heard = new ArrayList<>();
    IllegalStateException broken = new IllegalStateException("broken");
    StackOverflowError deep = new StackOverflowError("deep");

    give(
        (exchange, done) -> {
          throw broken;
        },
        (handover, failure) -> heard.add(failure));
    give(
        (exchange, done) -> {
          throw deep;
        },
        (handover, failure) -> heard.add(failure));

    assertThat(heard).hasSize(2);
    assertThat(heard.get(0)).isSameAs(broken);
    assertThat(heard.get(1)).hasRootCause(deep);
  }

  @Test
  void whatIsThrownBehindTheEndOfARouteChangesNothing() {
    List<Exception> heard = new ArrayList<>();

    give(
        (exchange, done) -> {
          Handover handover = Handover.of(exchange);
          handover.expect(0);
          handover.confirm();
          done.done(true);
          throw new IllegalStateException("behind");
        },
        (handover, failure) -> heard.add(failure));

    assertThat(heard).containsOnly((Exception) null).hasSize(1);
    assertThat(errors.words())
        .containsExactly("a route failed behind its end; what became of its batch stands");
  }

  private static void give(
      BiPredicate<Exchange, AsyncCallback> route, BiConsumer<Handover, Exception> outcome) {
    Endpoint endpoint = new DefaultCamelContext().getEndpoint("direct:a");
    Processor processor =
        new AsyncProcessorSupport() {
          @Override
          public boolean process(Exchange exchange, AsyncCallback done) {
            assertThat(exchange.getMessage().getBody()).isSameAs(BATCH);
            return route.test(exchange, done);
          }
        };
    AtomicInteger released = new AtomicInteger();
    DefaultConsumer source =
        new DefaultConsumer(endpoint, processor) {
          @Override
          public void releaseExchange(Exchange exchange, boolean autoRelease) {
            released.incrementAndGet();
          }
        };
    Handover.give(BATCH, source, outcome);
    assertThat(released).hasValue(1);
  }

  /** Also when the route tries again what could not be written: its client hears of the disk. */
  @Test
  void aBatchGoesThroughTheStepsOnce() {
    Handover handover = new Handover();
    handover.begin(BATCH);
    handover.begin(BATCH); // there was no room for it
    handover.expect(1);
    handover.failed(new IOException("disk full"));

    assertThatThrownBy(() -> handover.begin(BATCH))
        .hasMessage(
            "a route in routes/ sends a batch through `decode`, `enrich` and `group` twice, which"
                + " would deliver its events twice")
        .hasRootCauseMessage("disk full");
    handover.begin(
        new RawBatch(BATCH.path(), BATCH.source(), BATCH.buffer())); // the next of a file
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
