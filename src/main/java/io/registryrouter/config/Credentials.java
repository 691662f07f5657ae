package io.registryrouter.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a destination asks for: one of these. */
public sealed interface Credentials {

  /** Keys of a destination that hold, or lead to, secrets. */
  List<String> KEYS =
      List.of(
          "token",
          "token.file",
          "user",
          "user.file",
          "password",
          "password.file",
          "api-key",
          "api-key.file");

  /** No credentials. */
  record None() implements Credentials {}

  /** {@code Authorization: Bearer …} (RFC 6750). */
  record Bearer(Secret token) implements Credentials {}

  /** {@code Authorization: Basic …} (RFC 7617); no password means an empty one. */
  record Basic(Secret user, Optional<Secret> password) implements Credentials {}

  /** The {@code apikey} header of LogDNA's ingest API. */
  record ApiKey(Secret key) implements Credentials {}

  /** Name of the request header that carries them, or empty when there are none. */
  default Optional<String> header() {
    if (this instanceof None) {
      return Optional.empty();
    }
    return Optional.of(this instanceof ApiKey ? "apikey" : "Authorization");
  }

  /** Value of that header as of now; files are read again when they changed. */
  default String headerValue() {
    if (this instanceof Bearer bearer) {
      return "Bearer " + bearer.token().value();
    }
    if (this instanceof Basic basic) {
      String pair = basic.user().value() + ":" + basic.password().map(Secret::value).orElse("");
      return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
    return this instanceof ApiKey apiKey ? apiKey.key().value() : "";
  }

  /** They were refused; their files are read anew for the next request. */
  default void forget() {
    if (this instanceof Bearer bearer) {
      bearer.token().forget();
    } else if (this instanceof Basic basic) {
      basic.user().forget();
      basic.password().ifPresent(Secret::forget);
    } else if (this instanceof ApiKey apiKey) {
      apiKey.key().forget();
    }
  }

  /** The text with these blanked out, for one that a destination may have put into its answer. */
  default String hide(String text) {
    String value = headerValue();
    String hidden = hide(text, value.substring(value.indexOf(' ') + 1));
    return this instanceof Basic basic
        ? hide(hidden, basic.password().map(Secret::value).orElse(""))
        : hidden;
  }

  private static String hide(String text, String value) {
    return value.isEmpty() ? text : text.replace(value, "***");
  }

  static Credentials read(Settings settings, String prefix, Path home) {
    Optional<Secret> token = Secret.from(settings, prefix + "token", home);
    Optional<Secret> user = Secret.from(settings, prefix + "user", home);
    Optional<Secret> password = Secret.from(settings, prefix + "password", home);
    Optional<Secret> apiKey = Secret.from(settings, prefix + "api-key", home);
    if (Stream.of(token, user, apiKey).filter(Optional::isPresent).count() > 1) {
      settings.problem(
          prefix + "type",
          "has more than one of token, user and api-key; keep the one it asks for");
    }
    if (password.isPresent() && user.isEmpty()) {
      settings.problem(prefix + "password", "is set without a user; add %suser", prefix);
    }
    if (token.isPresent()) {
      return new Bearer(token.get());
    }
    if (user.isPresent()) {
      return new Basic(user.get(), password);
    }
    return apiKey.isPresent() ? new ApiKey(apiKey.get()) : new None();
  }
}
