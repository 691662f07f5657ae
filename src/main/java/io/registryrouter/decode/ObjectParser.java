package io.registryrouter.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads bytes that have to be one JSON object (RFC 8259, strict UTF-8) in one pass of a streaming
 * parser, which validates all of it and builds nothing. Thread-safe.
 */
public final class ObjectParser {

  /** What Jackson says of switches that nobody has, and of where its input came from. */
  private static final Pattern FOR_PROGRAMMERS =
      Pattern.compile(
          "(: enable `JsonReadFeature| \\(not recognized as one since Feature"
              + "| \\((start marker|for \\w+ starting) at \\[Source).*");

  private final EventParsers parsers;

  public ObjectParser() {
    this(0);
  }

  /**
   * @param around levels around an event that do not count as its own
   */
  public ObjectParser(int around) {
    this.parsers = new EventParsers(Decoder.MAX_NESTING + around);
  }

  /** Looks at the members of the object. */
  @FunctionalInterface
  public interface Members {

    /** From the object's first token, which is the current one, to its last. */
    void read(JsonParser parser) throws IOException;
  }

  /**
   * @return why the bytes are no JSON object; then what {@code members} saw of it is void
   */
  public Optional<String> parse(byte[] buffer, int start, int end, Members members) {
    if (!Bytes.isAscii(buffer, start, end) && !Bytes.isUtf8(buffer, start, end)) {
      return Optional.of("not UTF-8");
    }
    try (JsonParser parser = parsers.parser(buffer, start, end)) {
      JsonToken first = parser.nextToken();
      boolean object = first == JsonToken.START_OBJECT;
      if (object) {
        members.read(parser);
      } else {
        parser.skipChildren();
      }
      if (parser.nextToken() != null) {
        return Optional.of("more text after the JSON value");
      }
      return object ? Optional.empty() : Optional.of("a JSON " + kind(first) + ", not an object");
    } catch (StreamConstraintsException e) {
      return Optional.of("nested deeper than " + Decoder.MAX_NESTING + " levels");
    } catch (JsonProcessingException e) {
      return Optional.of(
          "not JSON, byte "
              + e.getLocation().getByteOffset()
              + ": "
              + FOR_PROGRAMMERS.matcher(e.getOriginalMessage()).replaceFirst(""));
    } catch (IOException e) {
      throw new IllegalStateException("no I/O when parsing bytes in memory", e);
    }
  }

  /** What a value is, for people, by its first token. */
  public static String kind(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "object";
      case START_ARRAY -> "array";
      case VALUE_STRING -> "string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
      default -> token.asString().toLowerCase(Locale.ROOT);
    };
  }
}
