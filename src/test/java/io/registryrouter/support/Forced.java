package io.registryrouter.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/** The files and directories that are brought to disk while something runs in this process. */
public final class Forced {

  private Forced() {}

  /** What runs. */
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  /** In the order of time; one a time. */
  public static List<Path> by(Work work) throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable("jdk.FileForce").withoutThreshold().withoutStackTrace();
      recording.start();
      work.run();
      recording.stop();
      return forced(recording);
    }
  }

  private static List<Path> forced(Recording recording) throws IOException {
    Path dump = Files.createTempFile("forced", ".jfr");
    try {
      recording.dump(dump);
      return RecordingFile.readAllEvents(dump).stream()
          .map(event -> Path.of(event.getString("path")))
          .toList();
    } finally {
      Files.delete(dump);
    }
  }
}
