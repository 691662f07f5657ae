package io.registryrouter.deadletter;

import io.registryrouter.event.DeadLetter;
import io.registryrouter.intake.Handover;
import java.io.IOException;
import java.util.List;

/** Where {@code direct:dead-letter} puts what cannot go on. */
@FunctionalInterface
public interface DeadLetterSink {

  /**
   * @param handover told how many were taken and when they are on disk
   * @throws IOException when they cannot be taken; the events are given back to their source
   */
  void accept(List<DeadLetter> deadLetters, Handover handover) throws IOException;
}
