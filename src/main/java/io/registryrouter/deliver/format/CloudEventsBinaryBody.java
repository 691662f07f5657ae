package io.registryrouter.deliver.format;

import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * CloudEvents 1.0 in binary mode: the one event of the slice is the body, its attributes are {@code
 * ce-} header fields.
 */
final class CloudEventsBinaryBody implements Body {

  @Override
  public void write(Slice slice, OutputStream out) throws IOException {
    out.write(slice.buffer(), 0, slice.length() - 1);
  }

  @Override
  public String contentType() {
    return "application/json"; // stands for datacontenttype
  }

  @Override
  public long length(Slice slice) {
    return slice.length() - 1L;
  }

  @Override
  public Map<String, String> headers(Slice slice) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    CloudEventAttributes.of(slice, 0, slice.length() - 1)
        .forEach((name, value) -> headers.put("ce-" + name, encoded(value)));
    return headers;
  }

  /**
   * By the HTTP protocol binding for CloudEvents 1.0.2, section 3.1.3.2: what is no printable ASCII
   * character, and space, quote and percent sign, as percent-encoded UTF-8.
   */
  private static String encoded(String value) {
    StringBuilder encoded = new StringBuilder(value.length());
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f && b != '"' && b != '%') {
        encoded.append((char) b);
      } else {
        encoded.append(String.format("%%%02X", b));
      }
    }
    return encoded.toString();
  }
}
