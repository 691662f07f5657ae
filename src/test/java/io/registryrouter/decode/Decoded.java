package io.registryrouter.decode;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Event;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.Source;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.Framing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** One event, decoded as it is in a request or file: in lines, or as one pretty-printed object. */
final class Decoded {

  private static final Source SOURCE = new Source(Source.Kind.FILE, "test");
  private static final Decoder DECODER = new Decoder();

  private Decoded() {}

  static EventBatch batch(Framing framing, byte[] bytes) {
    try {
      EventCutter cutter =
          new EventCutter(EventPath.ACTIVITY_TRACKER, SOURCE, framing, bytes.clone(), 16 << 20);
      return DECODER.decode(cutter.next());
    } catch (IOException e) {
      throw new IllegalStateException("no I/O when reading from memory", e);
    }
  }

  static EventBatch lines(String text) {
    return batch(Framing.LINES, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The fields of the only event. */
  static Event.Fields fields(String event) {
    return only(lines(event)).fields();
  }

  static Event only(EventBatch batch) {
    if (batch.events().size() != 1 || !batch.deadLetters().isEmpty()) {
      throw new AssertionError("not one event: " + batch);
    }
    return batch.events().get(0);
  }

  /** Reason, detail and original of the only dead letter. */
  static String dead(EventBatch batch) {
    if (!batch.events().isEmpty() || batch.deadLetters().size() != 1) {
      throw new AssertionError("not one dead letter: " + batch);
    }
    DeadLetter dead = batch.deadLetters().get(0);
    return dead.reason().label() + ": " + dead.detail();
  }

  static String dead(String event) {
    return dead(lines(event));
  }
}
