package io.registryrouter.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenExpiryTest {

  @Test
  void aJsonWebTokenSaysWhenItEnds() {
    assertThat(TokenExpiry.of(token("{\"sub\":\"router\",\"exp\":1796000000}")))
        .contains(Instant.ofEpochSecond(1796000000));
  }

  @Test
  void fractionsOfASecondAreCutOff() {
    assertThat(TokenExpiry.of(token("{\"exp\":1796000000.9}")))
        .contains(Instant.ofEpochSecond(1796000000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"sub\":\"router\"}", "{\"exp\":\"soon\"}", "[]", "{", "\"exp\""})
  void aTokenWithoutAnEndHasNone(String claims) {
    assertThat(TokenExpiry.of(token(claims))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "opaque", "a.b", "a.b.c.d", "a.%%.c", "..", "a..c"})
  void aTokenOfAnotherKindHasNone(String token) {
    assertThat(TokenExpiry.of(token)).isEmpty();
  }

  private static String token(String claims) {
    byte[] json = claims.getBytes(StandardCharsets.UTF_8);
    return "eyJhbGciOiJub25lIn0."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(json)
        + ".c2lnbg";
  }
}
