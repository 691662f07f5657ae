package io.registryrouter.intake.file;

import static java.util.stream.Collectors.toMap;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.component.file.GenericFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why a file of an inbox stays there though its turn has come, once for each reason and not at
 * every attempt. Used by one thread; what stays may be asked by any.
 */
final class StayingFiles {

  private static final Logger LOG = LoggerFactory.getLogger(FinishedFiles.class);

  private final Map<File, Said> said = new ConcurrentHashMap<>();

  /**
   * @param passes whether nobody has to do anything about it
   */
  private record Said(String name, String why, boolean passes) {}

  void say(GenericFile<File> file, String why) {
    say(file.getFile(), new Said(file.getRelativeFilePath(), why, false));
  }

  /** It stays for now, and nobody has to do anything about it. */
  void sayPassing(GenericFile<File> file, String why) {
    say(file.getFile(), new Said(file.getRelativeFilePath(), why, true));
  }

  private void say(File file, Said now) {
    if (!now.equals(said.put(file, now))) {
      LOG.atWarn()
          .addKeyValue("file", now.name())
          .addKeyValue("error", now.why())
          .log("file stays");
    }
  }

  /** It stays no longer. */
  void forget(File file) {
    said.remove(file);
  }

  /** Of those that somebody else has taken away. */
  void forgetThoseGone() {
    said.keySet().removeIf(StayingFiles::isGone);
  }

  /** By name in the inbox, why a file stays; of those that are still there, some when many. */
  Map<String, String> now() {
    return said.entrySet().stream()
        .filter(of -> !of.getValue().passes() && !isGone(of.getKey()))
        .limit(SettledFiles.MOST_TROUBLES)
        .collect(toMap(of -> of.getValue().name(), of -> of.getValue().why(), (a, b) -> a));
  }

  private static boolean isGone(File file) {
    return !Files.exists(file.toPath(), LinkOption.NOFOLLOW_LINKS);
  }
}
