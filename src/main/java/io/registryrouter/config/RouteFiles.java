package io.registryrouter.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The route files under {@code routes/} as text: what they name, and in which line. */
public final class RouteFiles {

  private static final String SUFFIX = ".camel.yaml";

  private static final Pattern MISNAMED =
      Pattern.compile("(?!kustomization\\.ya?ml$)(?!.*\\.camel\\.yaml$).*\\.(?i:yaml|yml|xml)");

  /** Of a file in {@code routes/templates/}. */
  private static final int MOST_NAMES = 3;

  private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");

  private final Path home;

  public RouteFiles(Path home) {
    this.home = home;
  }

  /**
   * All of them, templates included, in the order of their names. Links are followed. Names that
   * begin with a dot are left out: an editor's lock and swap files, and the directories behind a
   * mounted <a
   * href="https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically">ConfigMap</a>.
   */
  public List<Path> all() {
    return below().filter(file -> file.toString().endsWith(SUFFIX)).toList();
  }

  /** What stands among them, looks like one of them and is not read, for its name. */
  public List<ConfigProblem> misnamed() {
    return below()
        .filter(file -> home.relativize(file).getNameCount() <= MOST_NAMES)
        .filter(file -> MISNAMED.matcher(file.getFileName().toString()).matches())
        .map(
            file ->
                ConfigProblem.warning(
                    relative(file.toString()),
                    "",
                    "is not read: names of route files end in "
                        + SUFFIX
                        + "; rename it, or move it out of routes/"))
        .toList();
  }

  private Stream<Path> below() {
    List<Path> files = new ArrayList<>();
    collect(home.resolve("routes"), new HashSet<>(), files);
    return files.stream().sorted();
  }

  private void collect(Path directory, Set<Path> seen, List<Path> files) {
    try {
      if (!Files.isDirectory(directory) || !seen.add(directory.toRealPath())) {
        return; // a link back up
      }
      try (Stream<Path> entries = Files.list(directory)) {
        entries
            .filter(entry -> !entry.getFileName().toString().startsWith("."))
            .sorted()
            .forEach(
                entry -> {
                  if (Files.isDirectory(entry)) {
                    collect(entry, seen, files);
                  } else {
                    files.add(entry);
                  }
                });
      }
    } catch (IOException e) {
      throw new ConfigException(
          List.of(
              ConfigProblem.error(
                  relative(directory.toString()),
                  "",
                  "cannot be listed by this user; chmod or chown it (" + e + ")")));
    }
  }

  private static String withoutComment(String line) {
    return line.indexOf('#') < 0 ? line : COMMENT.matcher(line).replaceFirst("");
  }

  /**
   * {@code routes/40-route.camel.yaml:12}, the first line that holds the text, or {@code routes/}.
   */
  public String whereIs(String text) {
    Pattern whole = Pattern.compile(Pattern.quote(text) + "(?![A-Za-z0-9-])");
    StringBuilder found = new StringBuilder();
    eachLine(
        (where, line) -> {
          if (found.isEmpty() && whole.matcher(withoutComment(line)).find()) {
            found.append(where);
          }
        });
    return found.isEmpty() ? "routes/" : found.toString();
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
      return Files.readAllLines(home.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** A file's path as messages show it. */
  public String relative(String file) {
    Path path = Path.of(file);
    return path.startsWith(home) ? home.relativize(path).toString() : file;
  }

  private void eachLine(BiConsumer<String, String> visitor) {
    for (Path file : all()) {
      List<String> lines;
      try {
        lines = Files.readAllLines(file);
      } catch (IOException e) {
        continue; // whoever reads it as YAML says so
      }
      for (int i = 0; i < lines.size(); i++) {
        visitor.accept(home.relativize(file) + ":" + (i + 1), lines.get(i));
      }
    }
  }
}
