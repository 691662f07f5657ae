package io.registryrouter.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** The URL of a destination, {@code router.destination.<name>.url}. */
final class UrlSetting {

  private static final URI STAND_IN = URI.create("http://localhost");
  private static final String EXAMPLE = "https://logs.eu.example/events";
  private static final int MAX_PORT = 65_535;

  private UrlSetting() {}

  /** An http(s) URL; with a problem, a harmless stand-in. */
  static URI read(Settings settings, String key) {
    String value = settings.optional(key).orElse("");
    if (value.isEmpty()) {
      String type = key.replaceFirst("url$", "type");
      settings.problemAt(
          settings.where(type),
          key,
          "is missing; a destination of type http needs one, e.g. %s",
          EXAMPLE);
    }
    try {
      URI uri = new URI(lowerCaseScheme(value));
      Optional<String> mistake = mistake(uri);
      if (mistake.isPresent()) {
        settings.problem(key, "\"%s\" %s", shown(value), mistake.get());
        return STAND_IN;
      }
      if (isHttp(uri)) {
        refuseUser(settings, key, uri);
        return uri;
      }
    } catch (URISyntaxException e) {
      // reported below, with the value
    }
    return settings.wrong(key, shown(value), "an http(s) URL", EXAMPLE, STAND_IN);
  }

  /** What keeps events from being posted there; empty when nothing does, as far as is known. */
  private static Optional<String> mistake(URI uri) {
    Optional<String> odd = oddCharacter(uri);
    if (odd.isPresent()) {
      return Optional.of(
          "has \""
              + odd.get()
              + "\" in its host, which no host name may have; write another name or address of it,"
              + " e.g. an alias");
    }
    if (host(uri).startsWith("xn--")) { // Apache's client asks for it in Unicode, and finds no host
      return Optional.of(
          "has a host that begins with xn--, which cannot be sent to; write another name or address"
              + " of it, e.g. an alias");
    }
    if (uri.getRawFragment() != null) {
      return Optional.of("has a # part, which is never sent; remove it");
    }
    return uri.getPort() > MAX_PORT || uri.getPort() == 0
        ? Optional.of("has no port that there is; write 1 to 65535")
        : Optional.empty();
  }

  /** A scheme is the same in either case (RFC 3986, section 3.1); the HTTP client wants lower. */
  private static String lowerCaseScheme(String url) {
    int colon = url.indexOf(':');
    return colon < 0
        ? url
        : url.substring(0, colon).toLowerCase(Locale.ROOT) + url.substring(colon);
  }

  /** What keeps java.net.URI from seeing a host, such as the underscore of a service of Compose. */
  private static Optional<String> oddCharacter(URI uri) {
    String host =
        uri.getHost() == null && uri.getRawAuthority() != null
            ? uri.getRawAuthority().replaceFirst("^.*@", "").replaceFirst(":\\d*$", "")
            : "";
    return host.codePoints()
        .filter(c -> !(c < 0x80 && Character.isLetterOrDigit(c)) && "-.[]:%".indexOf(c) < 0)
        .mapToObj(Character::toString)
        .findFirst();
  }

  private static String host(URI uri) {
    return uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
  }

  private static boolean isHttp(URI uri) {
    return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
        && uri.getHost() != null;
  }

  /** Without the user, the password or the key that may stand in it. */
  static String shown(String url) {
    return url.replaceAll("//[^/@]*@", "//***@").replaceAll("\\?.*", "?***");
  }

  /** It would be sent by no client and could be read in every log. */
  private static void refuseUser(Settings settings, String key, URI uri) {
    if (uri.getRawUserInfo() != null) {
      String own = key.substring(0, key.length() - "url".length());
      settings.problem(
          key, "holds a user before the host; remove it there, set %1$suser and %1$spassword", own);
    }
  }
}
