package io.registryrouter.config;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Growing log files to follow.
 *
 * @param path that their events take
 * @param glob absolute; <code>*</code>, <code>?</code>, <code>[…]</code> and <code>{…,…}</code>
 *     stand for parts of one name
 */
public record TailSettings(EventPath path, String glob) {

  public static final String KEY = "router.intake.tail";
  private static final Pattern COMPRESSED =
      Pattern.compile(".*\\.(gz|bz2|xz|zst|lz4|zip|Z)", Pattern.CASE_INSENSITIVE);
  private static final String EXAMPLE = "activity-tracker:/var/log/registry/audit.log";

  /** {@code <path>:<file glob>}, several with commas between them. */
  static List<TailSettings> read(Settings settings, Path home, Path dataDir) {
    List<TailSettings> tails = new ArrayList<>();
    for (String part : parts(settings.optional(KEY).orElse(""))) {
      int colon = Math.max(0, part.indexOf(':'));
      String glob = part.substring(Math.min(part.length(), colon + 1)).strip();
      Optional<EventPath> path = EventPath.of(part.substring(0, colon).strip());
      if (path.isEmpty() || glob.isEmpty()) {
        settings.problem(
            KEY,
            "\"%s\" is not <path>:<file glob>; paths: %s; write e.g. %s%s",
            part,
            String.join(", ", EventPath.labels()),
            EXAMPLE,
            path.isPresent()
                ? ""
                : Nearest.hint(part.substring(0, colon).strip(), EventPath.labels()));
        continue;
      }
      String absolute = absolute(home, glob);
      mistake(absolute, dataDir)
          .ifPresentOrElse(
              why -> settings.problem(KEY, "\"%s\" %s; write e.g. %s", glob, why, EXAMPLE),
              () -> tails.add(new TailSettings(path.get(), absolute)));
    }
    tails.forEach(tail -> warnOfDirectory(settings, tail.glob()));
    tails.forEach(tail -> warnOfCompressed(settings, tail));
    warnOfTwoPaths(settings, tails);
    return List.copyOf(tails);
  }

  private static void warnOfDirectory(Settings settings, String glob) {
    if (!isPattern(glob) && Files.isDirectory(Path.of(glob))) {
      settings.warning(KEY, "\"%1$s\" is a directory; name the files in it, e.g. %1$s/*.log", glob);
    }
  }

  private static void warnOfCompressed(Settings settings, TailSettings tail) {
    if (isCompressed(tail.glob())) {
      settings.warning(
          KEY,
          "\"%s\" names what is compressed, which does not grow and is left out; put such a file,"
              + " as it is or as .gz, into the inbox of %s",
          tail.glob(),
          tail.path().label());
    }
  }

  private static void warnOfTwoPaths(Settings settings, List<TailSettings> tails) {
    for (int i = 0; i < tails.size(); i++) {
      for (TailSettings other : tails.subList(i + 1, tails.size())) {
        TailSettings one = tails.get(i);
        if (one.path() != other.path() && (one.covers(other) || other.covers(one))) {
          settings.warning(
              KEY,
              "what \"%s\" names is named by \"%s\" too, and each of its lines is taken twice;"
                  + " name it under one path",
              one.covers(other) ? other : one,
              one.covers(other) ? one : other);
        }
      }
    }
  }

  /** Whether all that the other names is named by this one, as far as that can be told. */
  private boolean covers(TailSettings other) {
    boolean alike =
        !isPattern(other.glob)
            && FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(Path.of(other.glob));
    return glob.equals(other.glob)
        || (alike && !isCompressed(other.glob) && isHidden(glob) == isHidden(other.glob));
  }

  /** Whether a name in it begins with a dot, which no pattern stands for. */
  private static boolean isHidden(String glob) {
    return glob.contains("/.");
  }

  /** Commas in braces are the glob's, and so is one behind a backslash. */
  private static List<String> parts(String value) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= value.length(); i++) {
      char c = i == value.length() ? ',' : value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        i++;
      } else if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
      } else if (c == ',' && (depth <= 0 || i == value.length())) {
        parts.add(value.substring(from, i).strip());
        from = i + 1;
      }
    }
    return value.isEmpty() ? List.of() : parts;
  }

  private static String absolute(Path home, String glob) {
    return glob.startsWith("/") ? glob : quoted(home.toAbsolutePath().normalize()) + "/" + glob;
  }

  /** A directory's own name stands for itself, whatever characters it has. */
  private static String quoted(Path directory) {
    return directory.toString().replaceAll("[*?\\[\\]{}\\\\]", "\\\\$0");
  }

  private static Optional<String> mistake(String glob, Path dataDir) {
    try {
      for (String name : glob.substring(1).split("/", -1)) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
          return Optional.of("names no file, or has //, /./ or /../ in it; write it straight");
        }
        if (name.contains("**")) {
          return Optional.of("has ** in it; * stands for one name, write each directory");
        }
        FileSystems.getDefault().getPathMatcher("glob:" + name);
      }
      if (literal(glob).startsWith(dataDir.toAbsolutePath().normalize())) {
        return Optional.of("lies in router.data-dir; what the router writes itself is no source");
      }
      return Optional.empty();
    } catch (PatternSyntaxException e) {
      return Optional.of("is no glob (" + e.getDescription() + ")");
    } catch (InvalidPathException e) {
      return Optional.of("is no file name (" + e.getReason() + ")");
    }
  }

  /** The directories before the first that is a pattern. */
  private static Path literal(String glob) {
    Path literal = Path.of("/");
    for (String name : glob.substring(1).split("/", -1)) {
      if (isPattern(name)) {
        break;
      }
      literal = literal.resolve(name);
    }
    return literal;
  }

  /** As it stands in the setting, its glob absolute. */
  @Override
  public String toString() {
    return path.label() + ":" + glob;
  }

  /** Whether a name, or what a glob ends in, is one of compressed files. */
  public static boolean isCompressed(String name) {
    return COMPRESSED.matcher(name).matches();
  }

  /** Whether a glob, or a name in one, stands for more than one. */
  public static boolean isPattern(String name) {
    return name.matches(".*[*?\\[{\\\\].*");
  }
}
