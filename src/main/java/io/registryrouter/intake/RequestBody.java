package io.registryrouter.intake;

import io.registryrouter.config.EventPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** A request's bytes to a batch of events, or the reason why not. */
final class RequestBody {

  private RequestBody() {}

  /** How the events of a media type follow one another; 415 for any other type. */
  static Framing framing(String contentType) throws HttpProblem {
    String type = contentType == null ? "" : contentType.split(";", 2)[0].strip();
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "application/json" -> Framing.DETECT;
      case "application/x-ndjson" -> Framing.LINES;
      default ->
          throw new HttpProblem(
              415,
              "Content-Type \""
                  + type
                  + "\" is not accepted; accepted: application/json, application/x-ndjson");
    };
  }

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

  /** 400 for broken gzip, 413 when it inflates beyond the limit. */
  static byte[] inflate(byte[] compressed, long maxBody) throws HttpProblem {
    try (InputStream in = FileFormat.inflate(new ByteArrayInputStream(compressed))) {
      byte[] body = in.readNBytes((int) Math.min(maxBody + 1, Integer.MAX_VALUE - 8));
      if (body.length > maxBody) {
        throw tooLarge(maxBody);
      }
      return body;
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
  static RawBatch cut(EventPath path, Source source, Framing framing, byte[] body, int maxEvent)
      throws HttpProblem {
    EventCutter cutter = new EventCutter(path, source, framing, body, maxEvent);
    RawBatch batch;
    try {
      batch = cutter.next();
    } catch (IOException e) {
      throw new IllegalStateException("no I/O when reading from memory", e);
    }
    if (batch == null) {
      if (isEmptyArray(body, framing)) {
        return new RawBatch(path, source, body);
      }
      throw new HttpProblem(400, "the body is empty");
    }
    if (batch.broken().isPresent()) {
      throw new HttpProblem(400, "the body is not JSON: " + batch.broken().get());
    }
    if (!cutter.isDone()) {
      throw new HttpProblem(
          413,
          "the body has more than "
              + EventCutter.MAX_EVENTS_IN_MEMORY
              + " events; send fewer at once");
    }
    return batch;
  }

  private static boolean isEmptyArray(byte[] body, Framing framing) {
    for (byte b : body) {
      if (b == '[') {
        return framing == Framing.DETECT;
      }
    }
    return false;
  }
}
