package io.registryrouter.config;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.text.StringEscapeUtils;

/**
 * What a destination asks for.
 *
 * @param secret the token, the user or the key; empty when it asks for nothing
 * @param password of the user; empty for an empty one
 */
public record Credentials(Kind kind, Optional<Secret> secret, Optional<Secret> password) {

  /** Keys of a destination that hold, or lead to, secrets. */
  static final List<String> KEYS =
      List.of(
          "token",
          "token.file",
          "user",
          "user.file",
          "password",
          "password.file",
          "api-key",
          "api-key.file");

  /** How they are shown. */
  public enum Kind {
    NONE,
    /** {@code Authorization: Bearer …} (RFC 6750). */
    BEARER,
    /** {@code Authorization: Basic …} (RFC 7617). */
    BASIC,
    /** The {@code apikey} header of LogDNA's ingest API. */
    API_KEY
  }

  /** Name of the request header that carries them, or empty when there are none. */
  public Optional<String> header() {
    return switch (kind) {
      case NONE -> Optional.empty();
      case BEARER, BASIC -> Optional.of("Authorization");
      case API_KEY -> Optional.of("apikey");
    };
  }

  /**
   * Value of that header as of now; files are read again when they changed.
   *
   * @throws Secret.UnreadableException when a file does not hold what can be sent now
   */
  public String headerValue() {
    return switch (kind) {
      case NONE -> "";
      case API_KEY -> secret.orElseThrow().headerValue();
      case BEARER -> "Bearer " + secret.orElseThrow().headerValue();
      case BASIC ->
          "Basic "
              + pair(secret.orElseThrow().filledValue(), password.map(Secret::value).orElse(""));
    };
  }

  /** They were refused; their files are read anew for the next request. */
  public void forget() {
    secret.ifPresent(Secret::forget);
    password.ifPresent(Secret::forget);
  }

  /** All that they are and were a moment ago, as it may be quoted. */
  private List<String> known() {
    List<String> values = secret.map(Secret::known).orElse(List.of());
    if (kind != Kind.BASIC) {
      return values;
    }
    List<String> passwords = password.map(Secret::known).orElse(List.of(""));
    List<String> known = new ArrayList<>(passwords);
    for (String user : values) {
      passwords.forEach(each -> known.add(pair(user, each)));
      if (passwords.contains("")) { // the user is the secret, as LogDNA's key is
        known.add(user);
      }
    }
    return known;
  }

  private static String pair(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(pair);
  }

  /**
   * The text with these blanked out, those of a moment ago as well, for one that a destination may
   * have put into its answer. What may be the beginning of one at the end of the text goes, too.
   */
  public String hide(String text) {
    List<String> secrets =
        known().stream()
            .filter(value -> !value.isEmpty())
            .flatMap(Credentials::forms)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed()) // one may be in another
            .toList();
    String hidden = text;
    for (String value : secrets) {
      hidden = hidden.replace(value, "***");
    }
    for (String value : secrets) {
      hidden = withoutBeginning(hidden, value);
    }
    return hidden;
  }

  /** How an answer may repeat it: as it is, in JSON with its slashes escaped or not, in a URL. */
  private static Stream<String> forms(String value) {
    return Stream.of(
        value,
        StringEscapeUtils.escapeJava(value),
        StringEscapeUtils.escapeJson(value),
        URLEncoder.encode(value, StandardCharsets.UTF_8));
  }

  /**
   * A text that was cut may end with the beginning of a credential; of fewer than four characters
   * nobody can make anything.
   */
  private static String withoutBeginning(String text, String value) {
    for (int length = Math.min(value.length() - 1, text.length()); length > 3; length--) {
      if (text.regionMatches(text.length() - length, value, 0, length)) {
        return text.substring(0, text.length() - length) + "***";
      }
    }
    return text;
  }

  static Credentials read(Settings settings, String prefix, Path home) {
    Optional<Secret> token = inHeader(settings, prefix + "token", home);
    Optional<Secret> user = user(settings, prefix + "user", home);
    Optional<Secret> password = Secret.from(settings, prefix + "password", home);
    Optional<Secret> apiKey = inHeader(settings, prefix + "api-key", home);
    if (Stream.of(token, user, apiKey).filter(Optional::isPresent).count() > 1) {
      String last = prefix + (apiKey.isPresent() ? "api-key" : "user");
      settings.problem(
          settings.keyOrFile(last),
          "is one of several of token, user and api-key; keep the one that the destination asks for");
    }
    if (password.isPresent() && user.isEmpty()) {
      settings.problem(prefix + "password", "is set without a user; add %suser", prefix);
    }
    if (token.isPresent()) {
      return new Credentials(Kind.BEARER, token, Optional.empty());
    }
    if (user.isPresent()) {
      return new Credentials(Kind.BASIC, user, password);
    }
    return new Credentials(apiKey.isPresent() ? Kind.API_KEY : Kind.NONE, apiKey, Optional.empty());
  }

  private static Optional<Secret> filled(Settings settings, String key, Path home) {
    Optional<Secret> secret = Secret.from(settings, key, home);
    if (secret.isPresent() && secret.get().isEmpty()) {
      settings.problem(
          key + ".file", "names a file that is empty; write the secret into it, or name another");
    }
    return secret;
  }

  /** A colon in it would begin the password (RFC 7617, section 2). */
  private static Optional<Secret> user(Settings settings, String key, Path home) {
    Optional<Secret> user = filled(settings, key, home);
    if (user.isPresent() && user.get().known().stream().anyMatch(name -> name.contains(":"))) {
      settings.warning(
          settings.keyOrFile(key),
          "has a colon (its value is not shown), and a destination takes what stands behind it for the"
              + " beginning of the password; write it there, if that is meant, with a colon before the"
              + " password");
    }
    return user;
  }

  /** One that is sent as it is. */
  private static Optional<Secret> inHeader(Settings settings, String key, Path home) {
    Optional<Secret> secret = filled(settings, key, home);
    if (secret.isPresent() && !secret.get().fitsHeader()) {
      settings.problem(
          settings.keyOrFile(key),
          "has a character that cannot stand in a header of HTTP (its value is not shown);"
              + " accepted: one line of printable ASCII");
    }
    return secret;
  }
}
