package io.registryrouter.config;

/**
 * One mistake in a config or route file, in the words an operator can act on.
 *
 * @param where {@code file:line}, or the origin of a setting that stands in no file
 * @param key the setting or YAML path concerned, empty when the file as a whole is meant
 * @param message what was found, what is accepted, what to do
 */
public record ConfigProblem(String where, String key, String message) {

  @Override
  public String toString() {
    return key.isEmpty() ? where + ": " + message : where + ": " + key + ": " + message;
  }
}
