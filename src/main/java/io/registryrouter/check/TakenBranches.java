package io.registryrouter.check;

import io.registryrouter.config.RouteLines;
import io.registryrouter.flow.Steps;
import java.util.List;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.OtherwiseDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Watches exchanges on their way through the routes and knows for each the branch of a {@code
 * choice} that it took last. The branch travels as an exchange property, so that each copy that a
 * multicast makes has its own. Thread-safe.
 */
final class TakenBranches implements InterceptStrategy {

  private static final String PROPERTY = "takenBranch";
  private static final String OTHERWISE = "otherwise";

  private final NodePlaces places;

  /** Set anew before each step, so that it never tells of another context. */
  private static final ThreadLocal<When> CURRENT = new ThreadLocal<>();

  TakenBranches(RouteLines lines) {
    this.places = new NodePlaces(lines);
  }

  /**
   * The branch last taken by what this thread works on; empty when the events were dead letters
   * before any route could decide.
   */
  Optional<When> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** Before this thread works on something else. */
  void forget() {
    CURRENT.remove();
  }

  @Override
  public Processor wrapProcessorInInterceptors(
      CamelContext context, NamedNode node, Processor target, Processor next) {
    When branch = branch(node);
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        note(exchange, branch);
        return super.process(exchange, callback);
      }
    };
  }

  /** A step's parent is the choice, whichever of its branches it stands in. */
  private When branch(NamedNode step) {
    if (!(step.getParent() instanceof ChoiceDefinition choice)) {
      return null;
    }
    for (WhenDefinition when : choice.getWhenClauses()) {
      if (holds(when.getOutputs(), step)) {
        return at(when);
      }
    }
    OtherwiseDefinition otherwise = choice.getOtherwise();
    return otherwise != null && holds(otherwise.getOutputs(), step) ? at(otherwise) : null;
  }

  private static boolean holds(List<?> steps, NamedNode step) {
    return steps.stream().anyMatch(each -> each == step);
  }

  /**
   * Camel's line of a mapping is that of its first key, counted from 0: for a {@code when} the line
   * of its expression, for an {@code otherwise} one of those behind the word.
   */
  private When at(WhenDefinition when) {
    return new When(
        places.file(when), when.getLineNumber() + 1, when.getExpression().getExpression());
  }

  private When at(OtherwiseDefinition otherwise) {
    return new When(places.file(otherwise), places.line(otherwise, OTHERWISE), OTHERWISE);
  }

  private void note(Exchange exchange, When branch) {
    if (branch != null) {
      exchange.setProperty(PROPERTY, branch);
    }
    boolean dead = exchange.getMessage().getHeader(Steps.DEAD_LETTERS, false, Boolean.class);
    CURRENT.set(dead ? null : exchange.getProperty(PROPERTY, When.class));
  }
}
