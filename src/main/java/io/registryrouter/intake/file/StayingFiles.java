package io.registryrouter.intake.file;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.component.file.GenericFile;
import org.slf4j.Logger;

/**
 * Says why a file of an inbox stays there, once for each reason and not at every look. Used by one
 * thread; what stays may be asked by any.
 */
final class StayingFiles {

  /** Then all is said again, so that it stays small. */
  private static final int MAX_SAID = 1000;

  private final Logger log;
  private final Map<File, Said> said = new ConcurrentHashMap<>();

  /**
   * @param passes whether nobody has to do anything about it
   */
  private record Said(String name, String why, boolean passes) {}

  StayingFiles(Logger log) {
    this.log = log;
  }

  void say(GenericFile<File> file, String why) {
    say(file.getFile(), file.getRelativeFilePath(), why);
  }

  void say(File file, String name, String why) {
    say(file, new Said(name, why, false));
  }

  /** It stays for now, and nobody has to do anything about it. */
  void sayPassing(GenericFile<File> file, String why) {
    say(file.getFile(), new Said(file.getRelativeFilePath(), why, true));
  }

  private void say(File file, Said now) {
    if (said.size() > MAX_SAID) {
      said.clear();
    }
    if (!now.equals(said.put(file, now))) {
      log.atWarn()
          .addKeyValue("file", now.name())
          .addKeyValue("error", now.why())
          .log("file stays");
    }
  }

  /** It stays no longer. */
  void forget(File file) {
    said.remove(file);
  }

  /** By name in the inbox, why a file stays; of those that are still there. */
  Map<String, String> now() {
    Map<String, String> now = new TreeMap<>();
    said.forEach(
        (file, of) -> {
          if (!of.passes() && Files.exists(file.toPath(), LinkOption.NOFOLLOW_LINKS)) {
            now.put(of.name(), of.why());
          }
        });
    return now;
  }
}
