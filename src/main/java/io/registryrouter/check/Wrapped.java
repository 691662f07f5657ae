package io.registryrouter.check;

import java.util.Optional;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** A step as it comes to an intercept strategy, wrapped by those that were asked before. */
final class Wrapped {

  private Wrapped() {}

  /** The step itself, when it is of that type. */
  static <T> Optional<T> find(Processor target, Class<T> type) {
    Processor step = target;
    while (!type.isInstance(step) && step instanceof DelegateAsyncProcessor wrapper) {
      step = wrapper.getProcessor();
    }
    return type.isInstance(step) ? Optional.of(type.cast(step)) : Optional.empty();
  }
}
