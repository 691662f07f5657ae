package io.registryrouter.intake.http;

import io.registryrouter.config.HttpSettings.Token;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.commons.codec.digest.DigestUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows clients by their bearer tokens (RFC 6750). Tokens are compared as SHA-256 digests, each
 * with each, so that how long it takes tells neither which one was nearly right nor how long one
 * is. A token whose file cannot be read, or is empty, lets nobody in. Thread-safe.
 */
final class Tokens {

  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final String SCHEME = "Bearer ";

  private final Supplier<List<Token>> settings;
  private volatile Known known = new Known(List.of(), List.of(), Set.of());

  /** Tokens as they were; a digest is empty where there is none to be had. */
  private record Known(
      List<Token> tokens, List<Optional<byte[]>> digests, Set<String> unreadable) {}

  Tokens(Supplier<List<Token>> settings) {
    this.settings = settings;
  }

  /** Whether clients have to show one. */
  boolean areAsked() {
    return !settings.get().isEmpty();
  }

  /**
   * Reads no file.
   *
   * @param authorization the header's value; null when there is none
   * @return key of the setting that holds the token; null when none does
   */
  String keyOf(String authorization) {
    Known now = known();
    boolean bearer =
        authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    byte[] given =
        DigestUtils.sha256(bearer ? authorization.substring(SCHEME.length()).strip() : "");
    int found = -1;
    for (int i = 0; i < now.digests().size(); i++) {
      Optional<byte[]> digest = now.digests().get(i);
      found = digest.isPresent() && MessageDigest.isEqual(digest.get(), given) ? i : found;
    }
    return found < 0 ? null : now.tokens().get(found).key();
  }

  /** Of settings that were just edited what was read with them is known. */
  private Known known() {
    Known now = known;
    List<Token> tokens = settings.get();
    if (tokens != now.tokens()) {
      now =
          new Known(
              tokens,
              tokens.stream().map(token -> digest(token.secret().lastRead())).toList(),
              Set.of());
      known = now;
    }
    return now;
  }

  /**
   * Reads the files that have changed. Not to be called where requests are served: a file system
   * may not answer.
   */
  void look() {
    List<Token> tokens = settings.get();
    Set<String> unreadable = new TreeSet<>();
    known =
        new Known(
            tokens, tokens.stream().map(token -> digest(token, unreadable)).toList(), unreadable);
  }

  private Optional<byte[]> digest(Token token, Set<String> unreadable) {
    try {
      return digest(Optional.of(token.secret().value()));
    } catch (UncheckedIOException e) {
      unreadable.add(token.key());
      if (!known.unreadable().contains(token.key())) {
        LOG.atWarn()
            .addKeyValue("key", token.key())
            .addKeyValue("error", e.getCause())
            .log("the file of a token cannot be read; it lets nobody in until it can");
      }
      return Optional.empty();
    }
  }

  private static Optional<byte[]> digest(Optional<String> value) {
    return value.filter(there -> !there.isEmpty()).map(DigestUtils::sha256);
  }
}
