package io.registryrouter.intake.http;

import io.registryrouter.config.HttpSettings.Token;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.commons.codec.digest.DigestUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows clients by their bearer tokens (RFC 6750). Tokens are compared as SHA-256 digests, each
 * with each, so that how long it takes tells neither which one was nearly right nor how long one
 * is. Files are looked at once a second; a token whose file cannot be read, or is empty, lets
 * nobody in.
 */
final class Tokens {

  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String SCHEME = "Bearer ";

  private final Supplier<List<Token>> settings;
  private final LongSupplier nanoTime;
  private Known known;

  /** Tokens as they were at a time; a digest is null where there is none to be had. */
  private record Known(
      List<Token> tokens, byte[][] digests, Set<String> unreadable, long lookedAt) {}

  Tokens(Supplier<List<Token>> settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.known = new Known(List.of(), new byte[0][], Set.of(), 0);
  }

  /** Whether clients have to show one. */
  boolean areAsked() {
    return !settings.get().isEmpty();
  }

  /**
   * @param authorization the header's value; null when there is none
   * @return key of the setting that holds the token; null when none does
   */
  synchronized String keyOf(String authorization) {
    look();
    boolean bearer =
        authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    byte[] given =
        DigestUtils.sha256(bearer ? authorization.substring(SCHEME.length()).strip() : "");
    int found = -1;
    for (int i = 0; i < known.digests().length; i++) {
      byte[] digest = known.digests()[i];
      found = digest != null && MessageDigest.isEqual(digest, given) ? i : found;
    }
    return found < 0 ? null : known.tokens().get(found).key();
  }

  private void look() {
    List<Token> tokens = settings.get();
    long now = nanoTime.getAsLong();
    if (tokens == known.tokens() && now - known.lookedAt() < LOOK_NANOS) {
      return;
    }
    Set<String> unreadable = new TreeSet<>();
    byte[][] digests = new byte[tokens.size()][];
    for (int i = 0; i < digests.length; i++) {
      digests[i] = digest(tokens.get(i), unreadable);
    }
    known = new Known(tokens, digests, unreadable, now);
  }

  private byte[] digest(Token token, Set<String> unreadable) {
    try {
      String value = token.secret().value();
      return value.isEmpty() ? null : DigestUtils.sha256(value);
    } catch (UncheckedIOException e) {
      unreadable.add(token.key());
      if (!known.unreadable().contains(token.key())) {
        LOG.atWarn()
            .addKeyValue("key", token.key())
            .addKeyValue("error", e.getCause())
            .log("the file of a token cannot be read; it lets nobody in until it can");
      }
      return null;
    }
  }
}
