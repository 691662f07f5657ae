package io.registryrouter.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Members of any event, by Jackson's parser. */
final class JacksonReader implements MemberReader {

  private final JsonParser parser;
  private final int start;

  /**
   * @param parser at the object's first token
   * @param start index of the parser's first byte
   */
  JacksonReader(JsonParser parser, int start) {
    this.parser = parser;
    this.start = start;
  }

  @Override
  public boolean next() throws IOException {
    return parser.nextToken() == JsonToken.FIELD_NAME;
  }

  @Override
  public Name name() {
    try {
      return Name.of(parser.currentName());
    } catch (IOException e) {
      throw new IllegalStateException("a name that was read already needs no I/O", e);
    }
  }

  @Override
  public int nameStart() {
    return start + (int) parser.currentTokenLocation().getByteOffset();
  }

  @Override
  public String text() throws IOException {
    if (parser.nextToken() == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    parser.skipChildren();
    return null;
  }

  @Override
  public boolean enter() throws IOException {
    if (parser.nextToken() == JsonToken.START_OBJECT) {
      return true;
    }
    parser.skipChildren();
    return false;
  }

  @Override
  public int skip() throws IOException {
    parser.nextToken();
    parser.skipChildren();
    parser.finishToken();
    return start + (int) parser.currentLocation().getByteOffset();
  }
}
