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

  /** How much is looked through for secrets, so that none is kept in part. */
  private static final int MAX_READ = 64 * 1024;

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
    if (status == 207 && settings.format() == Format.LOGDNA) {
      byte[] codes = body == null ? new byte[0] : body.readAllBytes(); // the client bounds it
      return Reply.classifyLines(
          LineStatuses.parse(codes, sent.events()), sent.events(), retryAfter, clock.instant());
    }
    boolean asked = body != null && Reply.blamesContent(status);
    byte[] beginning = asked ? body.readNBytes(MAX_READ) : new byte[0];
    String text = new String(beginning, StandardCharsets.UTF_8);
    return Reply.classify(status, retryAfter, shown(text, settings), clock.instant());
  }

  /** Beginning of what a destination said, without the secrets that it may have said again. */
  static String shown(String text, DestinationSettings settings) {
    return text.isEmpty() ? text : beginning(settings.credentials().hide(text));
  }

  /** Bytes that are no UTF-8 are replaced by longer ones. */
  private static String beginning(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_RESPONSE);
    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), bytes, true);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }
}
