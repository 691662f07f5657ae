package io.registryrouter.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytesTest {

  private static final int CASES = 20_000;

  @Test
  void carriageReturnsAndNewlinesBecomeSpacesAndNothingElseChanges() {
    Random random = new Random(1);

    for (int i = 0; i < CASES; i++) {
      byte[] bytes = randomBytes(random, new byte[] {'\n', '\r', 11, 9, 12, 14, -118, -115, 'a'});
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      byte[] expected = bytes.clone();
      for (int j = from; j < to; j++) {
        expected[j] = expected[j] == '\n' || expected[j] == '\r' ? (byte) ' ' : expected[j];
      }

      Bytes.toOneLine(bytes, from, to);

      assertThat(bytes).as("case %d", i).isEqualTo(expected);
    }
  }

  @Test
  void lineFeedsAreFoundAndCountedWhereTheyAre() {
    Random random = new Random(2);

    for (int i = 0; i < CASES; i++) {
      byte[] bytes = randomBytes(random, new byte[] {'\n', 9, 11, -118, -1, 0, 'a', 'b', 'c', 'd'});
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
      int first = text.indexOf('\n');

      assertThat(Bytes.lineFeed(bytes, from, to))
          .as("case %d", i)
          .isEqualTo(first < 0 ? -1 : from + first);
      assertThat(Bytes.countLineFeeds(bytes, from, to))
          .as("case %d", i)
          .isEqualTo((int) text.chars().filter(c -> c == '\n').count());
    }
  }

  @Test
  void oneByteBeyondAsciiIsSeenAnywhere() {
    for (int length = 0; length < 40; length++) {
      byte[] bytes = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
      assertThat(Bytes.isAscii(bytes, 0, length)).isTrue();
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) 0x80;
        assertThat(Bytes.isAscii(bytes, 0, length)).as("%d of %d", i, length).isFalse();
        assertThat(Bytes.isAscii(bytes, i + 1, length)).isTrue();
        assertThat(Bytes.isAscii(bytes, 0, i)).isTrue();
        bytes[i] = 'x';
      }
    }
  }

  private static byte[] randomBytes(Random random, byte[] alphabet) {
    byte[] bytes = new byte[random.nextInt(40)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = alphabet[random.nextInt(alphabet.length)];
    }
    return bytes;
  }
}
