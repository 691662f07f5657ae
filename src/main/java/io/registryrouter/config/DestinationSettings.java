package io.registryrouter.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one destination is delivered to.
 *
 * @param url where to post, empty for an archive
 * @param tls what TLS connections to it trust and show
 * @param timeout longest wait for a connection, and for a reply
 * @param batchBytes largest request in bytes, before compression; one larger event goes alone
 * @param batchEvents largest request in events
 * @param linger how long a request that is not full waits for more events
 * @param expireAfter how long events are tried before they become dead letters
 */
public record DestinationSettings(
    String name,
    Type type,
    Optional<URI> url,
    Format format,
    Compression compression,
    Credentials credentials,
    TlsSettings tls,
    Duration timeout,
    int batchBytes,
    int batchEvents,
    Duration linger,
    Backoff backoff,
    Duration expireAfter) {

  /** What stands behind a destination. */
  public enum Type {
    ARCHIVE,
    HTTP
  }

  /** Shape of a request's body. */
  public enum Format {
    NDJSON,
    JSON
  }

  /** Content coding of a request's body. */
  public enum Compression {
    NONE,
    GZIP
  }

  private static final String PREFIX = "router.destination.";
  private static final Set<String> SHARED =
      Set.of("timeout", "batch-bytes", "batch-events", "linger", "backoff", "expire-after");

  /** The keys of a destination, without their prefix. */
  static final List<String> KEYS =
      List.of(
          "type",
          "url",
          "format",
          "compression",
          "token",
          "token.file",
          "user",
          "user.file",
          "password",
          "password.file",
          "api-key",
          "api-key.file",
          "tls.ca",
          "tls.certificate",
          "tls.key",
          "timeout",
          "batch-bytes",
          "batch-events",
          "linger",
          "backoff",
          "expire-after");

  static DestinationSettings read(Settings settings, String name, Path home) {
    String own = PREFIX + name + ".";
    if (!name.matches("[a-z0-9][a-z0-9-]*")) {
      settings.problem(own + "type", "\"%s\" is no name; use a-z, 0-9 and -, e.g. eu-de", name);
    }
    Type type = choice(settings, own + "type", Type.class);
    Optional<URI> url =
        type == Type.HTTP ? Optional.of(settings.url(own + "url")) : Optional.empty();
    return new DestinationSettings(
        name,
        type,
        url,
        choice(settings, own + "format", Format.class),
        choice(settings, own + "compression", Compression.class),
        Credentials.read(settings, own, home),
        TlsSettings.read(settings, own, url, home),
        settings.duration(key(settings, name, "timeout")),
        (int) Math.min(settings.size(key(settings, name, "batch-bytes")), 1 << 28),
        settings.positive(key(settings, name, "batch-events")),
        settings.duration(key(settings, name, "linger")),
        settings.backoff(key(settings, name, "backoff")),
        settings.duration(key(settings, name, "expire-after")));
  }

  private static String key(Settings settings, String name, String key) {
    String own = PREFIX + name + "." + key;
    return SHARED.contains(key) && settings.optional(own).isEmpty()
        ? "router.delivery." + key
        : own;
  }

  /** The first constant is the default. */
  private static <E extends Enum<E>> E choice(Settings settings, String key, Class<E> type) {
    return settings.optional(key).isEmpty()
        ? type.getEnumConstants()[0]
        : settings.choice(key, type);
  }
}
