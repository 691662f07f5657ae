package io.registryrouter.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mistake in a config or route file, in the words an operator can act on.
 *
 * @param where {@code file:line}, or the origin of a setting that stands in no file
 * @param key the setting or YAML path concerned, empty when the file as a whole is meant
 * @param message what was found, what is accepted, what to do
 */
public record ConfigProblem(Severity severity, String where, String key, String message) {

  private static final Pattern FILE = Pattern.compile("((?:config|routes)/.*?)(?::(\\d+))?");

  /** Whether the router can run with it. */
  public enum Severity {
    /** It cannot; nothing starts, and a reload is refused. */
    ERROR,
    /** It can, but somebody should look. */
    WARNING
  }

  public static ConfigProblem error(String where, String key, String message) {
    return new ConfigProblem(Severity.ERROR, where, key, message);
  }

  public static ConfigProblem warning(String where, String key, String message) {
    return new ConfigProblem(Severity.WARNING, where, key, message);
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** The file, relative to the router's home; empty when the mistake stands in none. */
  public Optional<String> file() {
    Matcher place = FILE.matcher(where);
    return place.matches() ? Optional.of(place.group(1)) : Optional.empty();
  }

  /** The line in {@link #file()}, from 1; empty when the file as a whole is meant. */
  public OptionalInt line() {
    Matcher place = FILE.matcher(where);
    return place.matches() && place.group(2) != null
        ? OptionalInt.of(Integer.parseInt(place.group(2)))
        : OptionalInt.empty();
  }

  public static List<ConfigProblem> errors(List<ConfigProblem> problems) {
    return problems.stream().filter(ConfigProblem::isError).toList();
  }

  public static List<ConfigProblem> warnings(List<ConfigProblem> problems) {
    return problems.stream().filter(problem -> !problem.isError()).toList();
  }

  /** Without the severity. */
  @Override
  public String toString() {
    return key.isEmpty() ? where + ": " + message : where + ": " + key + ": " + message;
  }
}
