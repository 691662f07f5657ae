package io.registryrouter.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SteadyFileTest {

  @TempDir private Path directory;
  private Path path;
  private SteadyFile file;

  @BeforeEach
  void write() throws IOException {
    path = directory.resolve("events");
    file = SteadyFile.open(path);
    file.write(bytes("one"), 0);
  }

  @AfterEach
  void close() throws IOException {
    assertThat(Thread.interrupted()).isFalse();
    file.close();
  }

  @Test
  void aThreadThatIsInterruptedGoesOnWithItAndStaysInterrupted() throws IOException {
    Thread.currentThread().interrupt();
    file.write(bytes("two"), 3);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    file.force();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(read(6)).isEqualTo("onetwo");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(file.size()).isEqualTo(6);
  }

  /** What that closes cannot be opened again here, so that whatever still works needs it not. */
  @Test
  void anInterruptedReaderDoesNotTouchWhatFsyncsGoThrough() throws IOException {
    Files.delete(path);

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> read(3))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(path.toString());
    assertThat(Thread.interrupted()).isTrue();

    file.force();
  }

  @Test
  void whatSomebodyDeletesBeforeAnythingIsWrittenIsWrittenAndForcedAllTheSame() throws IOException {
    file.close();
    file = SteadyFile.open(path);
    Files.delete(path);

    file.write(bytes("two"), 0);
    file.force();

    assertThat(path).doesNotExist();
    assertThat(file.isInPlace()).isFalse();
    assertThat(read(3)).isEqualTo("two");
  }

  @Test
  void oneThatRestsIsOpenedAgain() throws IOException {
    file.force();
    file.rest();

    file.force();
    assertThat(read(3)).isEqualTo("one");
  }

  @Test
  void nothingCanBeDoneOnceItIsClosed() throws IOException {
    file.force();
    file.close();

    assertThatThrownBy(file::force).isExactlyInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> read(3)).isExactlyInstanceOf(ClosedChannelException.class);
  }

  private String read(int length) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(length);
    file.read(into, 0);
    return UTF_8.decode(into.flip()).toString();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }
}
