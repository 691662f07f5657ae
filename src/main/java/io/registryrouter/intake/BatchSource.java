package io.registryrouter.intake;

import io.registryrouter.config.EventPath;

/** An endpoint that gives its route batches as they are, each an exchange. */
public interface BatchSource {

  /** The path of their events. */
  EventPath eventPath();
}
