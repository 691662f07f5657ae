package io.registryrouter.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
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

  /** Name of the request header that carries them, or empty when there are none. */
  Optional<String> header();

  /** Value of that header as of now; files are read again when they changed. */
  String headerValue();

  /** They were refused; their files are read anew for the next request. */
  void forget();

  /** All that they are and were a moment ago, as it may be quoted. */
  List<String> known();

  /** No credentials. */
  record None() implements Credentials {

    @Override
    public Optional<String> header() {
      return Optional.empty();
    }

    @Override
    public String headerValue() {
      return "";
    }

    @Override
    public void forget() {}

    @Override
    public List<String> known() {
      return List.of();
    }
  }

  /** {@code Authorization: Bearer …} (RFC 6750). */
  record Bearer(Secret token) implements Credentials {

    @Override
    public Optional<String> header() {
      return Optional.of("Authorization");
    }

    @Override
    public String headerValue() {
      return "Bearer " + token.value();
    }

    @Override
    public void forget() {
      token.forget();
    }

    @Override
    public List<String> known() {
      return token.known();
    }
  }

  /** {@code Authorization: Basic …} (RFC 7617); no password means an empty one. */
  record Basic(Secret user, Optional<Secret> password) implements Credentials {

    @Override
    public Optional<String> header() {
      return Optional.of("Authorization");
    }

    @Override
    public String headerValue() {
      return "Basic " + pair(user.value(), password.map(Secret::value).orElse(""));
    }

    @Override
    public void forget() {
      user.forget();
      password.ifPresent(Secret::forget);
    }

    @Override
    public List<String> known() {
      List<String> passwords = password.map(Secret::known).orElse(List.of(""));
      List<String> known = new ArrayList<>(passwords);
      for (String name : user.known()) {
        passwords.forEach(each -> known.add(pair(name, each)));
        if (passwords.contains("")) { // the user is the secret, as LogDNA's key is
          known.add(name);
        }
      }
      return known;
    }

    private static String pair(String user, String password) {
      byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(pair);
    }
  }

  /** The {@code apikey} header of LogDNA's ingest API. */
  record ApiKey(Secret key) implements Credentials {

    @Override
    public Optional<String> header() {
      return Optional.of("apikey");
    }

    @Override
    public String headerValue() {
      return key.value();
    }

    @Override
    public void forget() {
      key.forget();
    }

    @Override
    public List<String> known() {
      return key.known();
    }
  }

  /**
   * The text with these blanked out, those of a moment ago as well, for one that a destination may
   * have put into its answer. What may be the beginning of one at the end of the text goes, too.
   */
  default String hide(String text) {
    List<String> secrets =
        known().stream()
            .filter(value -> !value.isEmpty())
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

  /** Of fewer than four characters nobody can make anything. */
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
    Optional<Secret> user = Secret.from(settings, prefix + "user", home);
    Optional<Secret> password = Secret.from(settings, prefix + "password", home);
    Optional<Secret> apiKey = inHeader(settings, prefix + "api-key", home);
    if (Stream.of(token, user, apiKey).filter(Optional::isPresent).count() > 1) {
      String last = prefix + (apiKey.isPresent() ? "api-key" : "user");
      settings.problem(
          settings.optional(last).isPresent() ? last : last + ".file",
          "is one of several of token, user and api-key; keep the one that the destination asks for");
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

  /** One that is sent as it is. */
  private static Optional<Secret> inHeader(Settings settings, String key, Path home) {
    Optional<Secret> secret = Secret.from(settings, key, home);
    if (secret.isPresent() && !secret.get().fitsHeader()) {
      settings.problem(
          settings.optional(key).isPresent() ? key : key + ".file",
          "has a character that cannot stand in a header of HTTP (its value is not shown);"
              + " accepted: one line of printable ASCII");
    }
    return secret;
  }
}
