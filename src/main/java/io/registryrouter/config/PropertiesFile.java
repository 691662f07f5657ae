package io.registryrouter.config;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Reads {@code .properties} text with the line each key stands in, which {@link Properties}
 * forgets.
 */
final class PropertiesFile {

  private PropertiesFile() {}

  static List<Setting> parse(String name, String text) {
    List<Setting> settings = new ArrayList<>();
    String[] lines = text.replaceFirst("^\uFEFF", "").split("\\R", -1);
    for (int i = 0; i < lines.length; i++) {
      int first = i;
      StringBuilder logical = new StringBuilder(lines[i]);
      while (continues(lines[i]) && i + 1 < lines.length) {
        logical.append('\n').append(lines[++i]);
      }
      if (!isEmpty(lines[first])) {
        load(logical.toString())
            .forEach(
                (key, value) ->
                    settings.add(
                        new Setting(
                            key.toString(), value.toString().trim(), name + ":" + (first + 1))));
      }
    }
    return settings;
  }

  /** Blank, or a comment. */
  private static boolean isEmpty(String line) {
    String text = line.stripLeading();
    return text.isEmpty() || text.startsWith("#") || text.startsWith("!");
  }

  /** A line goes on in the next when it ends in an odd number of backslashes and is no comment. */
  private static boolean continues(String line) {
    if (isEmpty(line)) {
      return false;
    }
    int backslashes = 0;
    while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private static Properties load(String logicalLine) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(logicalLine));
    } catch (IOException | IllegalArgumentException e) {
      // A malformed \\uXXXX: keep the line as it stands, the value check will name it.
      String[] parts = logicalLine.split("=", 2);
      properties.setProperty(parts[0].trim(), parts.length > 1 ? parts[1] : "");
    }
    return properties;
  }
}
