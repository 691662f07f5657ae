package io.registryrouter.intake.tail;

import io.registryrouter.config.TailSettings;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the files that a pattern names. As in a shell a pattern does not stand for the dot of a
 * hidden file. What is compressed does not grow and is left out.
 */
final class Glob {

  private final List<String> names;
  private final PathMatcher matcher;
  private final String glob;

  /**
   * @param glob absolute
   */
  Glob(String glob) {
    this.glob = glob;
    this.names = List.of(glob.substring(1).split("/"));
    this.matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
  }

  static boolean isCompressed(Path file) {
    return TailSettings.isCompressed(file.getFileName().toString());
  }

  /** Whether its last name is no pattern, so that what is called so is what was meant. */
  boolean namesOne() {
    return !TailSettings.isPattern(names.get(names.size() - 1));
  }

  boolean matches(Path file) {
    return matcher.matches(file);
  }

  /**
   * @param troubles directories that cannot be listed are added, with the reason
   */
  List<Path> find(Map<Path, String> troubles) {
    List<Path> found = List.of(Path.of("/"));
    for (String name : names) {
      List<Path> below = new ArrayList<>();
      for (Path directory : found) {
        below.addAll(named(directory, name, troubles));
      }
      found = below;
    }
    return found.stream().filter(file -> !isCompressed(file)).sorted().toList();
  }

  private static List<Path> named(Path directory, String name, Map<Path, String> troubles) {
    if (!TailSettings.isPattern(name)) {
      return existing(directory.resolve(name), troubles);
    }
    List<Path> named = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, name)) {
      for (Path file : all) {
        if (name.startsWith(".") || !file.getFileName().toString().startsWith(".")) {
          named.add(file);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of(); // gone since, or a file beside the directories
    } catch (IOException | DirectoryIteratorException e) {
      troubles.put(directory, "cannot be listed: " + e);
    }
    return named;
  }

  private static List<Path> existing(Path file, Map<Path, String> troubles) {
    try {
      Files.readAttributes(file, BasicFileAttributes.class);
      return List.of(file);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      troubles.put(file, "cannot be looked at: " + e);
      return List.of();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Glob that && that.glob.equals(glob);
  }

  @Override
  public int hashCode() {
    return glob.hashCode();
  }

  @Override
  public String toString() {
    return glob;
  }
}
