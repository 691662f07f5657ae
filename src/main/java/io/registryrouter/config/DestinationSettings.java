package io.registryrouter.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    JSON,
    /** At most 10 MB a request: https://docs.mezmo.com/reference/ingest. */
    LOGDNA(10_000_000, Integer.MAX_VALUE),
    /** At most 2 MB: https://cloud.ibm.com/docs/cloud-logs?topic=cloud-logs-send-logs-api. */
    CLOUD_LOGS(2_000_000, Integer.MAX_VALUE),
    CLOUDEVENTS,
    /** Both modes are one event a message by the HTTP protocol binding for CloudEvents. */
    CLOUDEVENTS_STRUCTURED(Long.MAX_VALUE, 1),
    CLOUDEVENTS_BINARY(Long.MAX_VALUE, 1);

    private final long maxBody;
    private final int maxEvents;

    Format() {
      this(Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    Format(long maxBody, int maxEvents) {
      this.maxBody = maxBody;
      this.maxEvents = maxEvents;
    }

    /** Largest body in bytes, before compression, whatever it holds. */
    public long maxBody() {
      return maxBody;
    }

    /** Most events a request. */
    public int maxEvents() {
      return maxEvents;
    }

    /** As it is written in a setting. */
    public String label() {
      return Settings.word(this);
    }
  }

  /** Content coding of a request's body. */
  public enum Compression {
    NONE,
    GZIP
  }

  /** A request stands in memory whole, and so does one of each other destination. */
  private static final int MAX_BATCH_BYTES = 1 << 24;

  /** Of the keys of one destination, before its name. */
  public static final String PREFIX = "router.destination.";

  private static final List<String> SHARED =
      List.of("timeout", "batch-bytes", "batch-events", "linger", "backoff", "expire-after");

  /** What an archive has no use for. */
  private static final List<String> POSTING =
      Stream.of(
              List.of("url", "format", "compression"),
              Credentials.KEYS,
              List.of("tls.ca", "tls.certificate", "tls.key"))
          .flatMap(List::stream)
          .toList();

  /** What of these may stand there all the same: it means nothing else. */
  private static final Set<String> DEFAULTS = Set.of("ndjson", "none");

  /** The keys of a destination, without their prefix. */
  static final List<String> KEYS =
      Stream.of(List.of("type"), POSTING, SHARED).flatMap(List::stream).toList();

  static DestinationSettings read(Settings settings, String name, ConfigFiles files) {
    String own = PREFIX + name + ".";
    if (!isName(name)) {
      String where = settings.whereIs(name).orElseGet(() -> new RouteLines(files).whereIs(name));
      settings.problemAt(
          where,
          own + "type",
          "\"%s\" is no name; use a-z, 0-9 and -, 63 at most, e.g. eu-de",
          name);
    }
    Type type = choice(settings, own + "type", Type.class);
    warnOfUnused(settings, own);
    Format format = choice(settings, own + "format", Format.class);
    Optional<URI> url =
        type == Type.HTTP ? Optional.of(UrlSetting.read(settings, own + "url")) : Optional.empty();
    checkFormat(settings, own, format, url);
    return new DestinationSettings(
        name,
        type,
        url,
        format,
        choice(settings, own + "compression", Compression.class),
        Credentials.read(settings, own, files.home()),
        TlsSettings.read(settings, own, url, files.home()),
        settings.positiveDuration(key(settings, name, "timeout"), "30s"),
        settings.size(key(settings, name, "batch-bytes"), MAX_BATCH_BYTES),
        Math.min(
            settings.positive(key(settings, name, "batch-events"), "5000"), format.maxEvents()),
        settings.duration(key(settings, name, "linger")),
        settings.backoff(key(settings, name, "backoff")),
        settings.positiveDuration(key(settings, name, "expire-after"), "72h"));
  }

  /** Who set where and how to post may well believe that it is done. */
  private static void warnOfUnused(Settings settings, String own) {
    List<String> unused =
        POSTING.stream()
            .filter(
                key -> settings.optional(own + key).filter(v -> !DEFAULTS.contains(v)).isPresent())
            .toList();
    String archive = Settings.word(Type.ARCHIVE);
    if (!unused.isEmpty() && settings.optional(own + "type").orElse(archive).equals(archive)) {
      settings.warning(
          own + unused.get(0),
          "is not used%s: type is archive; set %stype=http to post there",
          unused.stream().skip(1).map(key -> ", nor is " + key).collect(Collectors.joining()),
          own);
    }
  }

  /** Whether a destination may be called so. */
  public static boolean isName(String text) {
    return text.matches("[a-z0-9][a-z0-9-]{0,62}");
  }

  /**
   * An edit that leaves out its type, as a file that was cut off does, would send to an archive
   * what went to a log service; empty when that is not so.
   */
  static Optional<ConfigProblem> leftOut(DestinationSettings running, RouterConfig edited) {
    DestinationSettings now = edited.destinations().get(running.name());
    String key = PREFIX + running.name() + ".type";
    return running.type() == Type.HTTP && now != null && edited.settings().optional(key).isEmpty()
        ? Optional.of(
            ConfigProblem.error(
                Settings.FILE,
                key,
                "is gone, and so is the address that events are sent to; write "
                    + key
                    + "=archive if they are to be archived, or restart the router"))
        : Optional.empty();
  }

  /** What contradicts the format; what it needs besides is seen at the first request. */
  private static void checkFormat(Settings settings, String own, Format format, Optional<URI> url) {
    String query = url.map(URI::getRawQuery).orElse("");
    if (format == Format.LOGDNA && query.matches("(.*&)?now=.*")) {
      settings.problem(
          own + "url",
          "has \"now=\" in its query; each request gets the time it is sent at, remove it here");
    }
    String events = settings.optional(own + "batch-events").orElse("1");
    if (format.maxEvents() == 1 && !events.equals("1")) {
      settings.problem(
          own + "batch-events",
          "\"%s\" does not go with format=%s, which sends one event a request; remove it",
          events,
          format.label());
    }
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
