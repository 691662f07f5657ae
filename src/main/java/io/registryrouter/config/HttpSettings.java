package io.registryrouter.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The event door.
 *
 * @param port 0 picks a free one
 * @param maxBody largest request body in bytes, inflated
 * @param maxInFlight bytes of bodies worked on at the same time
 * @param tokens accepted bearer tokens; none means that nobody is asked for one
 */
public record HttpSettings(
    String host, int port, long maxBody, long maxInFlight, List<Secret> tokens) {

  static HttpSettings read(Settings settings, Path home) {
    List<Secret> tokens = new ArrayList<>();
    Secret.from(settings, "router.http.token", home).ifPresent(tokens::add);
    settings
        .tokenNames()
        .forEach(
            name ->
                Secret.from(settings, "router.http.tokens." + name, home).ifPresent(tokens::add));
    String host = settings.text("router.http.host");
    boolean anonymous = settings.bool("router.http.allow-anonymous");
    if (tokens.isEmpty() && !anonymous && !isLoopback(host)) {
      settings.problem(
          "router.http.host",
          "\"%s\" can be reached from other machines and no token is set; set router.http.token.file,"
              + " listen on 127.0.0.1, or set router.http.allow-anonymous=true",
          host);
    }
    return new HttpSettings(
        host,
        settings.port("router.http.port"),
        Math.min(settings.size("router.http.max-body"), 1L << 30),
        settings.size("router.http.max-in-flight"),
        List.copyOf(tokens));
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
