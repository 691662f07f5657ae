package io.registryrouter.intake.cut;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.intake.cut.EventCutter.Position;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an {@link EventCutter} made of an input, as text that can be compared.
 *
 * @param events {@code line: text}
 * @param deadLetters {@code line: reason: detail: original}
 * @param positions where each batch ended that has another one behind it, perhaps an empty one
 * @param broken why the input could not be read to its end; null when it could
 */
record CutInput(
    List<String> events, List<String> deadLetters, List<Position> positions, String broken) {

  static final int MAX_EVENT = 200;
  static final Source SOURCE = new Source(Source.Kind.FILE, "test");

  /** In memory, as a request's body is. */
  static CutInput of(Framing framing, String text) throws IOException {
    return of(framing, text.getBytes(StandardCharsets.UTF_8), MAX_EVENT);
  }

  static CutInput of(Framing framing, byte[] bytes, int maxEvent) throws IOException {
    return all(
        new EventCutter(EventPath.ACTIVITY_TRACKER, SOURCE, framing, bytes.clone(), maxEvent));
  }

  /** From a stream, as a file is. */
  static CutInput stream(Framing framing, InputStream in, int batchBytes) throws IOException {
    return all(cutter(framing, in, batchBytes));
  }

  static CutInput stream(Framing framing, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return stream(framing, new ByteArrayInputStream(bytes), 64);
  }

  static EventCutter cutter(Framing framing, InputStream in, int batchBytes) {
    return new EventCutter(EventPath.ACTIVITY_TRACKER, SOURCE, framing, in, MAX_EVENT, batchBytes);
  }

  static CutInput all(EventCutter cutter) throws IOException {
    CutInput all = new CutInput(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), null);
    String broken = null;
    for (RawBatch batch = cutter.next(); batch != null; batch = cutter.next()) {
      all.add(batch);
      if (!cutter.isDone()) {
        all.positions.add(cutter.position());
      }
      broken = batch.broken().orElse(null);
    }
    return new CutInput(all.events, all.deadLetters, all.positions, broken);
  }

  private void add(RawBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      byte[] event = Arrays.copyOfRange(batch.buffer(), batch.start(i), batch.end(i));
      events.add(batch.line(i) + ": " + text(event));
    }
    for (DeadLetter dead : batch.deadLetters()) {
      deadLetters.add(
          String.join(
              ": ",
              String.valueOf(dead.line()),
              dead.reason().label(),
              dead.detail(),
              text(dead.original())));
    }
  }

  private static String text(DeadLetter.Original original) {
    if (original instanceof DeadLetter.Raw raw) {
      return text(raw.bytes());
    }
    if (original instanceof DeadLetter.Json json) {
      return text(json.object());
    }
    DeadLetter.Excerpt excerpt = (DeadLetter.Excerpt) original;
    return String.format(
        "%d of %d bytes, %s", excerpt.head().length, excerpt.size(), excerpt.sha256());
  }

  /** A character a byte, so that no byte is lost to a decoder. */
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
