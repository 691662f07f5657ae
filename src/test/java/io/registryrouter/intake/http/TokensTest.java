package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.HttpSettings.Token;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {

  private static final String CI = "router.http.tokens.ci";

  @TempDir private Path directory;
  private TestHome home;
  private RouterConfig config;
  private final Tokens tokens = new Tokens(this::settings);

  private List<Token> settings() {
    return config.http().tokens();
  }

  @BeforeEach
  void setTokens() throws IOException {
    home = TestHome.in(directory);
    Files.writeString(directory.resolve("ci"), "two\n");
    home.set("router.http.token", "one").set(CI + ".file", "ci");
    config = home.config();
  }

  @Test
  void aTokenIsKnownByTheKeyOfItsSetting() {
    assertThat(tokens.areAsked()).isTrue();
    assertThat(tokens.keyOf("Bearer one")).isEqualTo("router.http.token");
    assertThat(tokens.keyOf("bearer  two ")).isEqualTo(CI);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer on",
        "Bearer onee",
        "Bearer One",
        "Bearer one two",
        "one",
        "Basic one",
        "Bearerone",
        "Bearer two\0",
        "Bearer one,Bearer two"
      })
  void anythingElseIsKnownToNobody(String authorization) {
    assertThat(tokens.keyOf(authorization)).isNull();
  }

  @Test
  void aRenewedFileIsReadByTheNextLook() throws Exception {
    tokens.keyOf("Bearer two");
    Files.writeString(directory.resolve("new"), "three");

    Files.move(directory.resolve("new"), directory.resolve("ci"), replace());
    tokens.look();

    assertThat(tokens.keyOf("Bearer three")).isEqualTo(CI);
    assertThat(tokens.keyOf("Bearer two")).isNull();
    assertThat(tokens.keyOf("Bearer one")).isEqualTo("router.http.token");
  }

  /**
   * As Kubernetes renews a mounted Secret: a link to a directory is switched, times can be equal.
   */
  @Test
  void aSwitchedLinkIsNoticed() throws Exception {
    for (String each : List.of("a", "b")) {
      Path made = Files.createDirectory(directory.resolve(each));
      Files.writeString(made.resolve("ci"), "from-" + each);
      Files.setLastModifiedTime(
          made.resolve("ci"), java.nio.file.attribute.FileTime.fromMillis(1_000));
    }
    Path data = Files.createSymbolicLink(directory.resolve("data"), Path.of("a"));
    home.set(CI + ".file", "data/ci");
    config = home.config();
    String before = tokens.keyOf("Bearer from-a");

    Path next = Files.createSymbolicLink(directory.resolve("next"), Path.of("b"));
    Files.move(next, data, replace());
    tokens.look();

    assertThat(before).isEqualTo(CI);
    assertThat(tokens.keyOf("Bearer from-b")).isEqualTo(CI);
    assertThat(tokens.keyOf("Bearer from-a")).isNull();
  }

  @Test
  void aFileThatIsGoneOrEmptyLetsNobodyIn() throws Exception {
    String before = tokens.keyOf("Bearer two");

    Files.delete(directory.resolve("ci"));
    tokens.look();
    assertThat(tokens.keyOf("Bearer two")).isNull();
    assertThat(tokens.keyOf("Bearer one")).isEqualTo("router.http.token");

    Files.writeString(directory.resolve("ci"), "\n");
    tokens.look();
    assertThat(tokens.keyOf("Bearer ")).isNull();

    Files.writeString(directory.resolve("ci"), "two");
    tokens.look();
    assertThat(before).isEqualTo(CI);
    assertThat(tokens.keyOf("Bearer two")).isEqualTo(CI);
  }

  /** Its file system may not answer, and nobody's request is to wait for that. */
  @Test
  void aRequestReadsNoFile() throws Exception {
    Files.delete(directory.resolve("ci"));

    assertThat(tokens.keyOf("Bearer two"))
        .as("as it was when the settings were read")
        .isEqualTo(CI);
    tokens.look();
    Files.writeString(directory.resolve("ci"), "two");

    assertThat(tokens.keyOf("Bearer two")).isNull();
  }

  @Test
  void anEditOfTheSettingsIsTakenUpAtOnce() {
    tokens.keyOf("Bearer one");

    config = home.set("router.http.token", "ten").config();

    assertThat(tokens.keyOf("Bearer one")).isNull();
    assertThat(tokens.keyOf("Bearer ten")).isEqualTo("router.http.token");
  }

  private static java.nio.file.CopyOption replace() {
    return java.nio.file.StandardCopyOption.REPLACE_EXISTING;
  }
}
