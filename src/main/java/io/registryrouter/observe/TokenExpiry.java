package io.registryrouter.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * Until when a bearer token is good, where it says so: a <a
 * href="https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4">JSON Web Token</a> does. Its
 * signature is its receiver's business.
 */
public final class TokenExpiry {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenExpiry() {}

  /** Empty for a token of another kind, and for one without an end. */
  public static Optional<Instant> of(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      JsonNode end = JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).path("exp");
      return end.isNumber() ? Optional.of(Instant.ofEpochSecond(end.asLong())) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // whose message may show parts of the token
    }
  }
}
