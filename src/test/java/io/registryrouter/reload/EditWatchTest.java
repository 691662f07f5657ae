package io.registryrouter.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.ConfigFiles;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EditWatchTest {

  @TempDir Path home;
  private Path settings;
  private Path routes;
  private ConfigFiles running;
  private EditWatch edits;

  @BeforeEach
  void start() throws IOException {
    TestHome.in(home);
    settings = home.resolve("config/application.properties");
    routes = home.resolve("routes");
    running = ConfigFiles.of(home);
    edits = new EditWatch(running);
  }

  private void edit(String more) throws IOException {
    Path edited = home.resolve("edited");
    Files.writeString(edited, Files.readString(settings) + more);
    Files.move(edited, settings, StandardCopyOption.REPLACE_EXISTING);
  }

  private void edited() throws IOException {
    edit("# edited\n");
    assertThat(edits.look()).isEqualTo(EditWatch.Finding.NOTHING_NEW);
    assertThat(edits.look()).isEqualTo(EditWatch.Finding.EDITED);
  }

  @Test
  void anEditThatHeldStillIsTaken() throws Exception {
    edited();

    assertThat(edits.isStill(ConfigFiles.of(home))).isTrue();
    edits.applied();
    assertThat(edits.look()).isEqualTo(EditWatch.Finding.NOTHING_NEW);
  }

  /** What was read in between may have been the other one. */
  @Test
  void whatWasEditedAndTakenBackWhileItWasTriedOutDidNotHoldStill() throws Exception {
    edited();
    String seen = Files.readString(settings);
    edit("# once more\n");
    Path back = Files.writeString(home.resolve("back"), seen);
    Files.move(back, settings, StandardCopyOption.REPLACE_EXISTING);

    assertThat(edits.isStill(ConfigFiles.of(home))).isFalse();
    assertThat(edits.look()).isEqualTo(EditWatch.Finding.EDITED);
    assertThat(edits.isStill(ConfigFiles.of(home))).isTrue();
  }

  /** Something may set its time again and again. */
  @Test
  void aFileThatIsWrittenAllTheTimeAndSaysTheSameIsTakenAfterAWhile() throws Exception {
    edited();
    int tries = 0;
    do {
      Files.setLastModifiedTime(settings, FileTime.fromMillis(++tries));
    } while (!edits.isStill(ConfigFiles.of(home)) && tries < 100);

    assertThat(tries).isEqualTo(21);
  }

  @Test
  void aFileThatWasThereOnlyWhileItWasTriedOutIsNoPartOfIt() throws Exception {
    edited();
    Path more = Files.writeString(routes.resolve("60-more.camel.yaml"), "[]\n");
    ConfigFiles read = ConfigFiles.of(home);
    Files.delete(more);

    assertThat(edits.isStill(read)).isFalse();
  }

  @Test
  void aFileWhoseTimeAloneChangesIsLookedAtOnceMoreAndTaken() throws Exception {
    edited();
    Files.setLastModifiedTime(settings, FileTime.fromMillis(0));

    assertThat(edits.isStill(running)).isFalse();
    assertThat(edits.isStill(ConfigFiles.of(home))).isFalse();
    assertThat(edits.look()).isEqualTo(EditWatch.Finding.EDITED);
    assertThat(edits.isStill(ConfigFiles.of(home))).isTrue();
  }
}
