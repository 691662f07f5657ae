package io.registryrouter.deliver;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.DestinationSettings.Format;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/** Reads what destinations answer. Thread-safe. */
public final class Replies {

  /** How much of an answer is kept, in bytes. */
  private static final int MAX_RESPONSE = 1024;

  private final Map<String, DestinationSettings> destinations;
  private final Clock clock;

  public Replies(RouterConfig config, Clock clock) {
    this.destinations = config.destinations();
    this.clock = clock;
  }

  /**
   * @param retryAfter the header's value; null when there is none
   * @param body null when there is none
   */
  public Outcome outcome(Slice sent, int status, String retryAfter, InputStream body)
      throws IOException {
    DestinationSettings settings = destinations.get(sent.destination());
    if (status == 401) {
      settings.credentials().forget();
    }
    // 207 is Multi-Status (RFC 4918, section 11.1); only this API says how to read its body.
    boolean lines = status == 207 && settings.format() == Format.LOGDNA;
    int max = lines ? Integer.MAX_VALUE : MAX_RESPONSE; // the client bounds it
    byte[] beginning = body == null ? new byte[0] : body.readNBytes(max);
    return lines
        ? Reply.classifyLines(
            LineStatuses.parse(beginning), sent.events(), retryAfter, clock.instant())
        : Reply.classify(status, retryAfter, text(beginning, settings), clock.instant());
  }

  private static String text(byte[] body, DestinationSettings settings) {
    String text = new String(body, StandardCharsets.UTF_8);
    return text.isEmpty() ? text : beginning(settings.credentials().hide(text));
  }

  /** Bytes that are no UTF-8 are replaced by longer ones. */
  private static String beginning(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_RESPONSE);
    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), bytes, true);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }
}
