package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteLines;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Breaks off what does not come to the end of the routes, such as a loop without end or a long
 * delay: it would keep a start or an edit waiting for ever, or fill the memory of the router that
 * runs. One event at a time; {@link #tick} is called by another thread.
 */
final class Deadline implements InterceptStrategy {

  /** In which the process ran: a machine that stood still meanwhile counts for one. */
  private static final int SECONDS = 10;

  /** More than an event passes through in any routes, each destination counted as one. */
  private static final int MOST_STEPS = 10_000;

  private final NodePlaces places;
  private Thread waiting;
  private int seconds;
  private final AtomicInteger steps = new AtomicInteger();
  private volatile boolean over;
  private volatile NamedNode last;

  Deadline(RouteLines lines) {
    this.places = new NodePlaces(lines);
  }

  synchronized void begin() {
    waiting = Thread.currentThread();
    seconds = 0;
    steps.set(0);
    over = false;
    last = null;
  }

  /** What is wrong when the event was broken off. */
  synchronized Optional<ConfigProblem> end() {
    waiting = null;
    if (!over) {
      return Optional.empty();
    }
    Thread.interrupted(); // what was left of it
    return Optional.of(
        ConfigProblem.error(
            lastStep().orElse("routes/"),
            last == null ? "" : last.getShortName(),
            "an event that was tried out did not come to the end of the routes: this step goes on"
                + " without end, or for more than "
                + SECONDS
                + " s; mend it"));
  }

  /** Where the last step stands that was begun, as {@code file:line}. */
  Optional<String> lastStep() {
    return Optional.ofNullable(last).map(places::where);
  }

  /** Once a second. */
  synchronized void tick() {
    if (waiting != null && ++seconds > SECONDS) {
      over = true;
      waiting.interrupt();
    }
  }

  /** Whether the last event was broken off. */
  boolean isOver() {
    return over;
  }

  /**
   * Before the event arrives anywhere, dies or would be sent.
   *
   * @throws IllegalStateException when it is to go no further
   */
  void requireGoingOn() {
    if (!goesOn()) {
      throw brokenOff();
    }
  }

  private boolean goesOn() {
    over |= steps.incrementAndGet() > MOST_STEPS;
    return !over;
  }

  private static IllegalStateException brokenOff() {
    return new IllegalStateException("broken off");
  }

  @Override
  public Processor wrapProcessorInInterceptors(
      CamelContext context, NamedNode node, Processor target, Processor next) {
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        if (!goesOn()) {
          exchange.setException(brokenOff());
          callback.done(true);
          return true;
        }
        last = node;
        return super.process(exchange, callback);
      }
    };
  }
}
