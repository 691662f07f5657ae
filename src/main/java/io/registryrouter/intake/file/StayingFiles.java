package io.registryrouter.intake.file;

import java.io.File;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.component.file.GenericFile;
import org.slf4j.Logger;

/**
 * Says why a file of an inbox stays there, once for each reason and not at every look. Used by one
 * thread.
 */
final class StayingFiles {

  /** Then all is said again, so that it stays small. */
  private static final int MAX_SAID = 1000;

  private final Logger log;
  private final Map<String, String> said = new HashMap<>();

  StayingFiles(Logger log) {
    this.log = log;
  }

  void say(GenericFile<File> file, String why) {
    if (said.size() > MAX_SAID) {
      said.clear();
    }
    if (!why.equals(said.put(file.getFile().getPath(), why))) {
      log.atWarn()
          .addKeyValue("file", file.getRelativeFilePath())
          .addKeyValue("error", why)
          .log("file stays");
    }
  }

  /** It stays no longer. */
  void forget(GenericFile<File> file) {
    said.remove(file.getFile().getPath());
  }
}
