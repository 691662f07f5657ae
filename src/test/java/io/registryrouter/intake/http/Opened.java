package io.registryrouter.intake.http;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a body whose events are inside of something else, as text that can be compared.
 *
 * @param deadLetters {@code reason: detail: original}
 */
record Opened(List<String> events, List<String> deadLetters, int ignored, boolean fromEnvelope) {

  static final int MAX_EVENT = 2500;

  static Opened body(BodyFormat format, String text) throws HttpProblem {
    return body(format, text.getBytes(StandardCharsets.UTF_8));
  }

  static Opened body(BodyFormat format, byte[] bytes) throws HttpProblem {
    Source source = new Source(Source.Kind.HTTP, "192.0.2.1");
    RawBatch batch =
        RequestBody.cut(
            EventPath.ACTIVITY_TRACKER, source, format, bytes.clone(), MAX_EVENT, unbounded -> {});
    List<String> events = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      events.add(text(batch.buffer(), batch.start(i), batch.end(i)));
    }
    List<String> dead = new ArrayList<>();
    for (DeadLetter letter : batch.deadLetters()) {
      dead.add(letter.reason().label() + ": " + letter.detail() + ": " + text(letter.original()));
    }
    return new Opened(events, dead, batch.ignored(), batch.isFromEnvelope());
  }

  private static String text(DeadLetter.Original original) {
    if (original instanceof DeadLetter.Raw raw) {
      return "raw " + text(raw.bytes(), 0, raw.bytes().length);
    }
    if (original instanceof DeadLetter.Json json) {
      return "event " + text(json.object(), 0, json.object().length);
    }
    DeadLetter.Excerpt excerpt = (DeadLetter.Excerpt) original;
    return String.format("%d of %d bytes", excerpt.head().length, excerpt.size());
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
