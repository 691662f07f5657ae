package io.registryrouter.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which files under {@code routes/} are route files. */
public final class RouteFiles {

  private static final String SUFFIX = ".camel.yaml";

  private static final Pattern MISNAMED =
      Pattern.compile("(?!kustomization\\.ya?ml$)(?!.*\\.camel\\.yaml$).*\\.(?i:yaml|yml|xml)");

  /** Of a file in {@code routes/templates/}. */
  private static final int MOST_NAMES = 3;

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
                    relative(file),
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
                  relative(directory),
                  "",
                  "cannot be listed by this user; chmod or chown it (" + e + ")")));
    }
  }

  private String relative(Path file) {
    return home.relativize(file).toString();
  }
}
