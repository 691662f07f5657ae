package io.registryrouter.config;

/**
 * The value in force of one key.
 *
 * @param value as written, trimmed
 * @param where the origin: {@code config/application.properties:14}, {@code environment
 *     ROUTER_HTTP_PORT}, {@code --set}, or {@code default}
 */
record Setting(String key, String value, String where) {

  boolean isEmpty() {
    return value.isEmpty();
  }
}
