package io.registryrouter.cli;

import io.registryrouter.config.EventPath;
import io.registryrouter.intake.file.FileIntake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that a command line names, directories with all that is in them. */
final class EventFiles {

  /**
   * @param file as it was given, or found below what was given
   * @param path the one its events come by
   */
  record EventFile(Path file, EventPath path) {}

  private EventFiles() {}

  /**
   * In the order given, within a directory by name; hidden and unfinished files are left out.
   *
   * @param path for all files; else the nearest parent directory of that name, else
   *     activity-tracker
   * @throws IOException naming the argument that is no file or directory
   */
  static List<EventFile> find(List<Path> arguments, Optional<EventPath> path) throws IOException {
    List<EventFile> found = new ArrayList<>();
    for (Path argument : arguments) {
      boolean named = !argument.toString().isEmpty(); // an unset variable is not this directory
      if (named && Files.isDirectory(argument)) {
        for (Path file : below(argument)) {
          found.add(new EventFile(file, path.orElseGet(() -> byParent(file))));
        }
      } else if (named && Files.isReadable(argument)) {
        found.add(new EventFile(argument, path.orElseGet(() -> byParent(argument))));
      } else {
        throw new IOException("\"" + argument + "\" is no file or directory that can be read");
      }
    }
    return found;
  }

  private static List<Path> below(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !isHiddenOrUnfinished(directory.relativize(file)))
          .sorted()
          .toList();
    }
  }

  private static boolean isHiddenOrUnfinished(Path relative) {
    for (Path name : relative) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return FileIntake.isUnfinished(relative.getFileName().toString());
  }

  private static EventPath byParent(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    while (parent != null && parent.getFileName() != null) {
      Optional<EventPath> path = EventPath.of(parent.getFileName().toString());
      if (path.isPresent()) {
        return path.get();
      }
      parent = parent.getParent();
    }
    return EventPath.ACTIVITY_TRACKER;
  }
}
