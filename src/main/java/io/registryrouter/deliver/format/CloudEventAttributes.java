package io.registryrouter.deliver.format;

import io.registryrouter.deliver.format.EventFields.Field;
import io.registryrouter.spool.Slice;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The context attributes of an event, by the CloudEvents specification, version 1.0. An optional
 * one that would be empty, or that it does not allow, is left out.
 */
final class CloudEventAttributes {

  private static final Set<Field> WANTED =
      EnumSet.of(Field.ACTION, Field.EVENT_TIME, Field.ID, Field.TARGET_NAME, Field.DOMAIN);

  private CloudEventAttributes() {}

  /** Names and values, but for {@code datacontenttype}, which each mode says in its own way. */
  static Map<String, String> of(Slice slice, int start, int end) throws IOException {
    EventFields fields = EventFields.of(slice.buffer(), start, end, WANTED);
    String id = allowed(fields.get(Field.ID));
    String subject = allowed(fields.get(Field.TARGET_NAME));
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("specversion", "1.0");
    attributes.put("id", id == null ? sha256(slice, start, end) : id);
    attributes.put("source", required(fields.get(Field.DOMAIN)));
    attributes.put("type", required(fields.get(Field.ACTION)));
    if (subject != null) {
      attributes.put("subject", subject);
    }
    attributes.put("time", time(fields, slice, start));
    return attributes;
  }

  /** When it happened; when it arrived if it does not say so, or not as RFC 3339 can. */
  private static String time(EventFields fields, Slice slice, int start) throws IOException {
    Optional<String> said =
        fields
            .time()
            .map(Instant::toString)
            .filter(time -> Character.isDigit(time.charAt(0))); // years of four digits
    return said.isPresent() ? said.get() : slice.arrived(start).toString();
  }

  /**
   * A line of the spool that the router did not write may have neither domain nor action; an action
   * that cannot be said here is in the data.
   */
  private static String required(String text) {
    String allowed = allowed(text);
    return allowed == null ? "unknown" : allowed;
  }

  /**
   * The text if it is a String by the specification, "Type System": no control character, no half
   * of a surrogate pair and no noncharacter; else, or if it is empty, null. What stands for one of
   * them would make different values the same.
   */
  private static String allowed(String text) {
    return text == null || text.isEmpty() || text.codePoints().anyMatch(c -> !isAllowed(c))
        ? null
        : text;
  }

  private static boolean isAllowed(int c) {
    return !Character.isISOControl(c)
        && Character.getType(c) != Character.SURROGATE
        && (c & 0xfffe) != 0xfffe
        && (c < 0xfdd0 || c > 0xfdef);
  }

  private static String sha256(Slice slice, int start, int end) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    digest.update(slice.buffer(), start, end - start);
    return HexFormat.of().formatHex(digest.digest());
  }
}
