package io.registryrouter.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The event door.
 *
 * @param port 0 picks a free one
 * @param maxBody largest request body in bytes, inflated
 * @param maxInFlight bytes of bodies worked on at the same time
 * @param maxHeaderSize of one request, all headers together, in bytes
 * @param maxConnections open at the same time
 * @param idleTimeout longest wait for a whole request head
 * @param requestTimeout longest wait for the rest of a request once its head is there
 * @param tokens accepted bearer tokens; none means that nobody is asked for one
 * @param rateLimit requests a second and token; empty without a limit
 * @param tls without a certificate the door speaks plain HTTP
 */
public record HttpSettings(
    String host,
    int port,
    long maxBody,
    long maxInFlight,
    int maxHeaderSize,
    int maxConnections,
    Duration idleTimeout,
    Duration requestTimeout,
    List<Token> tokens,
    OptionalInt rateLimit,
    TlsSettings tls) {

  private static final String PREFIX = "router.http.";
  private static final String ANONYMOUS = PREFIX + "allow-anonymous";

  /** What is made of bodies takes more than they do; a larger part was never seen to do. */
  private static final int IN_FLIGHT_IN_HEAP = 3;

  /**
   * A client's bearer token.
   *
   * @param key of the setting; names the client in logs
   */
  public record Token(String key, Secret secret) {}

  static HttpSettings read(Settings settings, Path home) {
    List<Token> tokens = tokens(settings, home);
    String rateLimit = PREFIX + "rate-limit";
    return new HttpSettings(
        host(settings, tokens),
        settings.port(PREFIX + "port"),
        settings.size(PREFIX + "max-body", 1 << 30),
        settings.sizeInHeap(PREFIX + "max-in-flight", Integer.MAX_VALUE, IN_FLIGHT_IN_HEAP, 1),
        settings.size(PREFIX + "max-header-size", 1 << 24),
        settings.positive(PREFIX + "max-connections", "1024"),
        settings.positiveDuration(PREFIX + "idle-timeout", "60s"),
        settings.positiveDuration(PREFIX + "request-timeout", "60s"),
        tokens,
        settings.optional(rateLimit).isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(
                settings.positive(rateLimit, "100 (requests a second; empty: no limit)")),
        TlsSettings.readDoor(settings, home));
  }

  /**
   * An edit that leaves out the last token, as a file that was cut off does, would let everybody
   * in; empty when that is not so.
   */
  static Optional<ConfigProblem> leftOut(HttpSettings running, RouterConfig edited) {
    boolean asked = !running.tokens().isEmpty();
    boolean asks = !edited.http().tokens().isEmpty();
    return !asked || asks || edited.settings().bool(ANONYMOUS)
        ? Optional.empty()
        : Optional.of(
            ConfigProblem.error(
                Settings.FILE,
                running.tokens().get(0).key(),
                "is gone, and no other token is set; write router.http.allow-anonymous=true if"
                    + " nobody is to be asked for one, or restart the router"));
  }

  private static List<Token> tokens(Settings settings, Path home) {
    List<String> keys = new ArrayList<>(List.of(PREFIX + "token"));
    settings.tokenNames().forEach(name -> keys.add(PREFIX + "tokens." + name));
    List<Token> tokens = new ArrayList<>();
    for (String key : keys) {
      Secret.from(settings, key, home)
          .ifPresentOrElse(
              secret -> tokens.add(new Token(key, secret)), () -> nobodys(settings, key));
    }
    for (int i = 1; i < tokens.size(); i++) {
      warnOfTheSame(settings, tokens.subList(0, i), tokens.get(i));
    }
    return List.copyOf(tokens);
  }

  /** Were it the only one, nobody at all would be asked for a token. */
  private static void nobodys(Settings settings, String key) {
    if (!key.equals(PREFIX + "token")) {
      settings.problem(
          settings.keys().contains(key) ? key : key + ".file",
          "is empty; give the client a token, or take the line out");
    }
  }

  /** The rate limit and the log know clients by their tokens. */
  private static void warnOfTheSame(Settings settings, List<Token> others, Token token) {
    others.stream()
        .filter(other -> !Collections.disjoint(other.secret().known(), token.secret().known()))
        .findFirst()
        .ifPresent(
            other ->
                settings.warning(
                    settings.keyOrFile(token.key()),
                    "is the same token as that of %s (it is not shown), so that both count as one"
                        + " client; give each its own",
                    other.key()));
  }

  private static String host(Settings settings, List<Token> tokens) {
    String host = settings.text(PREFIX + "host");
    boolean anonymous = settings.bool(ANONYMOUS);
    if (!tokens.isEmpty() || anonymous) {
      return host;
    }
    Optional<InetAddress> address = address(host);
    if (address.isEmpty()) {
      settings.problem(
          PREFIX + "host",
          "\"%s\" is no address, nor the name of one as far as this machine knows; write an address"
              + " of the machine that the router runs on, e.g. 127.0.0.1",
          host);
    } else if (!address.get().isLoopbackAddress()) {
      settings.problem(
          PREFIX + "host",
          "\"%s\" can be reached from other machines and no token is set; set router.http.token.file,"
              + " listen on 127.0.0.1, or set router.http.allow-anonymous=true",
          host);
    }
    return host;
  }

  /** Empty when this machine knows none of that name. */
  private static Optional<InetAddress> address(String host) {
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
