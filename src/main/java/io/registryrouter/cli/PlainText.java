package io.registryrouter.cli;

import static java.util.stream.Collectors.joining;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What others have written must not move the cursor, colour the terminal or turn its text round.
 */
final class PlainText {

  /** What is no character to be seen, but for blanks between the tokens of JSON. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029&&[^\\n\\t]]");

  private PlainText() {}

  /** In one line. */
  static String of(String text) {
    return UNSEEN.matcher(text.replaceAll("\\s", " ")).replaceAll("\ufffd");
  }

  /** JSON that means the same: in its strings alone there can be any of it. */
  static String ofJson(String json) {
    return UNSEEN.matcher(json).replaceAll(unseen -> escaped(unseen.group()));
  }

  private static String escaped(String unseen) {
    return unseen
        .chars()
        .mapToObj(unit -> String.format(Locale.ROOT, "\\\\u%04X", unit))
        .collect(joining());
  }
}
