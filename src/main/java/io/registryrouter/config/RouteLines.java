package io.registryrouter.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The route files as text, as they were read: what they name, and in which line. */
public final class RouteLines {

  private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");

  private final ConfigFiles files;

  public RouteLines(ConfigFiles files) {
    this.files = files;
  }

  /**
   * {@code routes/40-route.camel.yaml:12}, the first line that holds the text, or {@code routes/}.
   */
  public String whereIs(String text) {
    Pattern whole = Pattern.compile(Pattern.quote(text) + "(?![A-Za-z0-9-])");
    for (String file : files.routes()) {
      List<String> lines = readable(file);
      for (int i = 0; i < lines.size(); i++) {
        if (whole.matcher(withoutComment(lines.get(i))).find()) {
          return file + ":" + (i + 1);
        }
      }
    }
    return "routes/";
  }

  private static String withoutComment(String line) {
    return line.indexOf('#') < 0 ? line : COMMENT.matcher(line).replaceFirst("");
  }

  /** None of one that cannot be read; whoever reads it as YAML says so. */
  private List<String> readable(String file) {
    try {
      return files.lines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * The nearest line, from {@code line} upwards, that holds the text; {@code line} when none does.
   *
   * @param file relative to the home
   */
  public int lineAtOrAbove(String file, int line, String text) {
    List<String> lines = lines(file);
    for (int i = Math.min(line, lines.size()); i > 0; i--) {
      if (lines.get(i - 1).contains(text)) {
        return i;
      }
    }
    return line;
  }

  /** The text of a line, from 1; empty when there is none. */
  public String line(String file, int line) {
    return lines(file).stream().skip(Math.max(0, line - 1L)).findFirst().orElse("");
  }

  private List<String> lines(String file) {
    try {
      return files.lines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** A file's path as messages show it. */
  public String relative(String file) {
    Path home = files.home().toAbsolutePath();
    Path path = Path.of(file);
    return path.startsWith(home) ? home.relativize(path).toString() : file;
  }
}
