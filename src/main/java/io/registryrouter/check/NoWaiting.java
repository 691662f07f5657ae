package io.registryrouter.check;

import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.processor.AbstractThrottler;
import org.apache.camel.processor.Delayer;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.ExpressionAdapter;

/**
 * Lets what is tried out not wait where waiting does no harm: by a {@code throttle}, for many
 * events come in a row here, and in a delivery by a {@code delay}, for its spool holds the events.
 * Used by one thread.
 */
final class NoWaiting implements InterceptStrategy {

  /** More than a rehearsal sends. */
  private static final long MANY = 1_000_000;

  private boolean inDelivery;

  /** From now on, until it is told otherwise. */
  void inDelivery(boolean now) {
    inDelivery = now;
  }

  @Override
  public Processor wrapProcessorInInterceptors(
      CamelContext context, NamedNode node, Processor target, Processor next) {
    Wrapped.find(target, AbstractThrottler.class)
        .ifPresent(
            throttle ->
                throttle.setMaximumRequestsExpression(
                    number(
                        throttle.getMaximumRequestsExpression(), most -> most > 0 ? MANY : most)));
    Wrapped.find(target, Delayer.class)
        .ifPresent(
            delay -> delay.setDelay(number(delay.getDelay(), time -> inDelivery ? 0 : time)));
    return target;
  }

  /** What another expression says, which is asked all the same: it may be one that fails. */
  private static Expression number(Expression asked, UnaryOperator<Long> instead) {
    return new ExpressionAdapter() {
      @Override
      public void init(CamelContext context) {
        asked.init(context);
      }

      @Override
      public Object evaluate(Exchange exchange) {
        Long said = asked.evaluate(exchange, Long.class);
        return said == null ? null : instead.apply(said);
      }
    };
  }
}
