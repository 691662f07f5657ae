package io.registryrouter.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Events for tests, as short as they can be. */
public final class Events {

  private Events() {}

  /** A pull of an image, with an id by which it can be told from others. */
  public static String pull(String domain, Object id) {
    return at("2019-08-15T12:00:00.00+0000", domain, id);
  }

  public static String at(String eventTime, String domain, Object id) {
    return String.format(
        "{\"id\":\"%s\",\"eventTime\":\"%s\",\"action\":\"container-registry.image.pull\","
            + "\"target\":{\"name\":\"%s/team/app:1\"}}",
        id, eventTime, domain);
  }

  /** The id of an event of this class, enriched or not. */
  public static String id(String event) {
    int from = event.indexOf("\"id\":\"") + 6;
    return event.substring(from, event.indexOf('"', from));
  }

  /** The text as a .gz of one member. */
  public static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
