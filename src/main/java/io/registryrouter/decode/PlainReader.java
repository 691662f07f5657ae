package io.registryrouter.decode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Members of a plain event, straight from its bytes: it validates every byte (RFC 8259, strict
 * UTF-8) and builds nothing but the strings that are asked for. An event is plain unless it is
 * nested deeply or has escapes in a name or in a string that is asked for; one that is not, or that
 * is no JSON, is left to {@link JacksonReader}, which also says what is wrong. What is read here is
 * read the same there, at about three times the time. Not thread-safe.
 */
final class PlainReader implements MemberReader {

  /** How deep a value that is passed over may be nested to be plain. */
  private static final int MAX_DEPTH = 64;

  /** The event is not plain. Carries nothing: Jackson looks at it next. */
  private static final class NotPlainException extends IOException {

    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  /** What may follow a backslash besides {@code u} (RFC 8259, section 7). */
  private static final String ESCAPES = "\"\\/bfnrt";

  private byte[] buffer;
  private int end;
  private int at;
  private boolean first;
  private int nameStart;
  private Name name;
  private boolean escaped;
  private boolean oneLine;
  private boolean ascii;

  /** Lets the picker pick; false when the event is not plain, and what was picked is void. */
  boolean read(byte[] bytes, int from, int to, FieldPicker picker) {
    buffer = bytes;
    at = from;
    end = to;
    first = true;
    oneLine = true;
    ascii = true;
    try {
      expect('{');
      picker.pick(this);
      return at == to && (ascii || Bytes.isUtf8(bytes, from, to));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the event that was read has neither CR nor LF. */
  boolean isOneLine() {
    return oneLine;
  }

  @Override
  public boolean next() throws IOException {
    byte b = token();
    if (b == '}') {
      at++;
      first = false;
      return false;
    }
    if (!first) {
      expect(',');
    }
    first = false;
    token();
    nameStart = at;
    string();
    requireUnescaped();
    name = Name.of(buffer, nameStart + 1, at - 1);
    expect(':');
    return true;
  }

  @Override
  public Name name() {
    return name;
  }

  @Override
  public int nameStart() {
    return nameStart;
  }

  @Override
  public String text() throws IOException {
    if (token() != '"') {
      skip();
      return null;
    }
    int from = at + 1;
    string();
    requireUnescaped();
    return new String(buffer, from, at - 1 - from, StandardCharsets.UTF_8);
  }

  @Override
  public boolean enter() throws IOException {
    if (token() != '{') {
      skip();
      return false;
    }
    at++;
    first = true;
    return true;
  }

  @Override
  public int skip() throws IOException {
    value(MAX_DEPTH);
    return at;
  }

  private void value(int depth) throws IOException {
    switch (token()) {
      case '"' -> string();
      case '{' -> object(depth);
      case '[' -> array(depth);
      case 't' -> literal(TRUE);
      case 'f' -> literal(FALSE);
      case 'n' -> literal(NULL);
      default -> number();
    }
  }

  private void object(int depth) throws IOException {
    if (open(depth, '}')) {
      do {
        token();
        string();
        expect(':');
        value(depth - 1);
      } while (more('}'));
    }
  }

  private void array(int depth) throws IOException {
    if (open(depth, ']')) {
      do {
        value(depth - 1);
      } while (more(']'));
    }
  }

  /** Goes behind an opening bracket, and behind the closing one and returns false if it is next. */
  private boolean open(int depth, char close) throws IOException {
    if (depth == 0) {
      throw new NotPlainException();
    }
    at++;
    if (token() != close) {
      return true;
    }
    at++;
    return false;
  }

  private boolean more(char close) throws IOException {
    byte b = token();
    if (b != ',' && b != close) {
      throw new NotPlainException();
    }
    at++;
    return b == ',';
  }

  private void literal(byte[] word) throws IOException {
    int behind = at + word.length;
    if (behind > end || !Arrays.equals(word, 0, word.length, buffer, at, behind)) {
      throw new NotPlainException();
    }
    at = behind;
  }

  private void number() throws IOException {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (peek() == '.') {
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
  }

  private void digits() throws IOException {
    int from = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == from) {
      throw new NotPlainException();
    }
  }

  /** Goes behind a string. */
  private void string() throws IOException {
    if (buffer[at] != '"') {
      throw new NotPlainException();
    }
    escaped = false;
    at++;
    while (true) {
      at = Bytes.endOfPlainText(buffer, at, end);
      byte b = peek();
      if (b == '"') {
        at++;
        return;
      }
      if (b == '\\') {
        escape();
      } else if (b < 0) {
        ascii = false;
        at++;
      } else {
        throw new NotPlainException(); // a control character, or the end
      }
    }
  }

  private void escape() throws IOException {
    escaped = true;
    at++;
    if (peek() == 'u') {
      at++;
      for (int i = 0; i < 4; i++, at++) {
        if (Character.digit(peek(), 16) < 0) {
          throw new NotPlainException();
        }
      }
    } else if (peek() != 0 && ESCAPES.indexOf(peek()) >= 0) {
      at++;
    } else {
      throw new NotPlainException();
    }
  }

  private void requireUnescaped() throws IOException {
    if (escaped) {
      throw new NotPlainException();
    }
  }

  private void expect(char c) throws IOException {
    if (token() != c) {
      throw new NotPlainException();
    }
    at++;
  }

  /** Goes to the next byte that is no whitespace. */
  private byte token() throws IOException {
    while (true) {
      byte b = peek();
      if (b > ' ' || b < 0) {
        return b;
      }
      if (b == '\n' || b == '\r') {
        oneLine = false;
      } else if (b != ' ' && b != '\t') {
        throw new NotPlainException(); // a control character, or the end
      }
      at++;
    }
  }

  /** The byte here; 0, which stands nowhere in JSON, at the end. */
  private byte peek() {
    return at < end ? buffer[at] : 0;
  }
}
