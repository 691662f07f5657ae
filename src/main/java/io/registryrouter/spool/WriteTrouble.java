package io.registryrouter.spool;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why nothing can be written to a log for now; said once, until something is on disk again. Not
 * thread-safe: the log guards it.
 */
final class WriteTrouble {

  private static final Logger LOG = LoggerFactory.getLogger(SpoolLog.class);

  private final String destination;
  private Exception why;

  WriteTrouble(String destination) {
    this.destination = destination;
  }

  void begin(Exception failure) {
    boolean said = why != null;
    why = failure;
    if (!said) {
      LOG.atError()
          .addKeyValue("destination", destination)
          .addKeyValue("error", failure.toString())
          .log("the spool takes nothing for now; sources keep their events");
    }
  }

  void end() {
    if (why != null) {
      why = null;
      LOG.atInfo().addKeyValue("destination", destination).log("the spool takes events again");
    }
  }

  Optional<Exception> why() {
    return Optional.ofNullable(why);
  }
}
