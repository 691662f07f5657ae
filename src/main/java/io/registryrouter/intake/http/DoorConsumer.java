package io.registryrouter.intake.http;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.Handover;
import io.registryrouter.observe.OnceAMinute;
import java.io.IOException;
import java.time.Instant;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each request to its route as one exchange and answers when the route is through. */
final class DoorConsumer extends DefaultConsumer implements EventDoor.Receiver {

  private static final Logger LOG = LoggerFactory.getLogger(DoorConsumer.class);

  private final DoorEndpoint endpoint;
  private final EventDoor door;
  private final OnceAMinute warnings = new OnceAMinute();

  DoorConsumer(DoorEndpoint endpoint, Processor processor, EventDoor door) {
    super(endpoint, processor);
    this.endpoint = endpoint;
    this.door = door;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    door.register(endpoint.urlPath(), this);
  }

  @Override
  protected void doStop() throws Exception {
    door.unregister(endpoint.urlPath(), this);
    super.doStop();
  }

  @Override
  public EventPath path() {
    return endpoint.eventPath();
  }

  @Override
  public Accept accept() {
    return endpoint.accept();
  }

  @Override
  public void receive(RawBatch batch, EventDoor.Answer answer) {
    Handover.give(
        batch,
        this,
        (handover, failure) -> {
          if (failure == null) {
            answer.taken(
                handover.accepted() + handover.suppressed(),
                handover.deadLettered(),
                handover.ignored());
          } else {
            answer.refused(problem(failure));
          }
        });
  }

  private HttpProblem problem(Exception failure) {
    HttpProblem problem = ObjectHelper.getException(HttpProblem.class, failure);
    if (problem != null) {
      return problem;
    }
    IOException disk = ObjectHelper.getException(IOException.class, failure);
    if (disk != null) { // what it says may be a path, which is nothing for clients
      if (warnings.isDue(Instant.now())) {
        LOG.atWarn()
            .addKeyValue("error", disk.toString())
            .log("batches are given back to their clients, which are to send them again");
      }
      return new HttpProblem(
          503, "not taken, the spool is full or the disk in trouble; send it again");
    }
    LOG.error("a batch was given back to its client", failure);
    return new HttpProblem(500, "not taken; the router's log says why");
  }
}
