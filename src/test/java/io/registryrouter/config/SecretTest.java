package io.registryrouter.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {

  @TempDir Path directory;

  @Test
  void aFileIsReadWithoutItsLineEnd() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "one\r\n");

    assertThat(Secret.in(file).value()).isEqualTo("one");
  }

  @Test
  void aFileIsReadAgainWhenItChanges() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "one");
    Secret secret = Secret.in(file);
    String before = secret.value();

    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    assertThat(before).isEqualTo("one");
    assertThat(secret.value()).isEqualTo("two");
  }

  @Test
  void aFileThatIsGoneIsNamed() {
    Secret secret = Secret.in(directory.resolve("token"));

    assertThatThrownBy(secret::value)
        .isInstanceOf(Secret.UnreadableException.class)
        .hasMessage(
            "secret file " + directory.resolve("token") + " cannot be read: it is not there");
  }

  @Test
  void aFileThatIsNoTextIsNamed() throws Exception {
    Path file = Files.write(directory.resolve("token"), new byte[] {(byte) 0xff});

    assertThatThrownBy(Secret.in(file)::value)
        .hasMessage("secret file " + file + " cannot be read: it is not UTF-8");
  }

  @Test
  void aPipeIsNotWaitedFor() {
    Tool.run(directory, "mkfifo", "token");
    Path file = directory.resolve("token");

    assertThatThrownBy(() -> Secret.in(file).value())
        .hasMessage("secret file " + file + " cannot be used: it is no regular file");
  }

  @Test
  void aLargeFileIsNamed() throws Exception {
    Path file = Files.write(directory.resolve("token"), new byte[65_537]);

    assertThatThrownBy(() -> Secret.in(file).value())
        .hasMessage("secret file " + file + " cannot be used: it is larger than 65536 bytes");
  }

  @Test
  void aByteOrderMarkIsNoPartOfIt() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "\ufeffone\r\n");

    assertThat(Secret.in(file).value()).isEqualTo("one");
  }

  @Test
  void theValueThatMayHaveBeenSentIsKnownOnceItIsAnother() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "one");
    Secret secret = Secret.in(file);
    secret.value();
    Files.writeString(file, "second");

    assertThat(secret.known()).containsExactly("second", "one");
    Files.delete(file);
    assertThat(secret.known()).containsExactly("second", "one");
  }

  @Test
  void aSecretIsNeverPrinted() {
    assertThat(Secret.of("hidden")).hasToString("***");
  }
}
