package io.registryrouter.intake.http;

import io.registryrouter.config.EventPath;
import io.registryrouter.decode.Bytes;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.FileFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** A request's bytes to a batch of events, or the reason why not. */
final class RequestBody {

  private RequestBody() {}

  /** Whether the body is compressed; 415 for a coding that is not known. */
  static boolean isGzip(String contentEncoding) throws HttpProblem {
    String coding = contentEncoding == null ? "identity" : contentEncoding.strip();
    return switch (coding.toLowerCase(Locale.ROOT)) {
      case "identity", "" -> false;
      case "gzip", "x-gzip" -> true;
      default ->
          throw new HttpProblem(
              415, "Content-Encoding \"" + coding + "\" is not accepted; accepted: gzip");
    };
  }

  /** What a growing body, and what is made of it, is charged to. */
  interface Budget {
    void add(long bytes) throws HttpProblem;
  }

  /**
   * 400 for broken gzip, 413 when it inflates beyond the limit.
   *
   * @param budget charged before each piece is kept, so that a small bomb cannot grow large
   */
  static byte[] inflate(byte[] compressed, long maxBody, Budget budget) throws HttpProblem {
    try (InputStream in = FileFormat.inflate(new ByteArrayInputStream(compressed))) {
      ByteArrayOutputStream body = new ByteArrayOutputStream(compressed.length);
      byte[] piece = new byte[64 * 1024];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        if (body.size() + (long) read > maxBody) {
          throw tooLarge(maxBody);
        }
        budget.add(read);
        body.write(piece, 0, read);
      }
      return body.toByteArray();
    } catch (IOException e) {
      throw new HttpProblem(400, "the body is " + e.getMessage());
    }
  }

  static HttpProblem tooLarge(long maxBody) {
    return new HttpProblem(
        413,
        "the body is larger than " + maxBody + " bytes (router.http.max-body); send less at once");
  }

  /** 400 when there is nothing in the body or its array is broken; then nothing of it is kept. */
  static RawBatch cut(
      EventPath path, Source source, BodyFormat format, byte[] body, int maxEvent, Budget budget)
      throws HttpProblem {
    int first = firstByte(body);
    if (first < 0) {
      throw new HttpProblem(400, "the body is empty");
    }
    return switch (format) {
      case JSON, NDJSON -> objects(path, source, format, body, maxEvent);
      case CLOUD_EVENT ->
          CloudEvents.unwrap(objects(path, source, format, body, body.length), maxEvent);
      case CLOUD_EVENT_BATCH -> {
        if (first != '[') {
          throw new HttpProblem(400, "the body is no JSON array; a batch of CloudEvents is one");
        }
        yield CloudEvents.unwrap(objects(path, source, format, body, body.length), maxEvent);
      }
      case NOTIFICATIONS ->
          Notifications.toEvents(
              objects(path, source, format, body, body.length), maxEvent, budget);
    };
  }

  /** The first byte that is no whitespace and no byte-order mark; -1 when there is none. */
  private static int firstByte(byte[] body) {
    boolean marked = Bytes.hasByteOrderMark(body, 0, body.length);
    for (int i = marked ? Bytes.BYTE_ORDER_MARK : 0; i < body.length; i++) {
      if (!Bytes.isWhitespace(body[i])) {
        return body[i] & 0xFF;
      }
    }
    return -1;
  }

  private static RawBatch objects(
      EventPath path, Source source, BodyFormat format, byte[] body, int maxSize)
      throws HttpProblem {
    EventCutter cutter = new EventCutter(path, source, format.framing(), body, maxSize);
    RawBatch batch;
    try {
      batch = cutter.next();
    } catch (IOException e) {
      throw new IllegalStateException("no I/O when reading from memory", e);
    }
    if (batch == null) {
      return new RawBatch(path, source, body); // an empty array
    }
    if (batch.broken().isPresent()) {
      throw new HttpProblem(400, "the body is not JSON: " + batch.broken().get());
    }
    if (!cutter.isDone()) {
      throw tooMany();
    }
    return batch;
  }

  static HttpProblem tooMany() {
    return new HttpProblem(
        413,
        "the body has more than "
            + EventCutter.MAX_EVENTS_IN_MEMORY
            + " events; send fewer at once");
  }
}
