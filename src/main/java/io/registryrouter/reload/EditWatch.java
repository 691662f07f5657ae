package io.registryrouter.reload;

import io.registryrouter.config.ConfigException;
import io.registryrouter.config.ConfigFiles;
import io.registryrouter.disk.FileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tells when {@code config/} or {@code routes/} say something else than what runs, once they have
 * held still from one look to the next. Used by one thread.
 */
final class EditWatch {

  /**
   * What a refused edit lacks may stand elsewhere, e.g. a secret's file: so many looks later it is
   * tried again.
   */
  private static final int LOOKS_BETWEEN_TRIES = 20;

  /** So often in a row files may be written without saying anything else, and then they may. */
  private static final int MOST_RESTLESS = 20;

  private final Path home;
  private ConfigFiles running;
  private ConfigFiles seen;
  private Map<Path, FileState> states = Map.of();
  private ConfigFiles refused;
  private int looks;
  private int restless;

  /** What a look found. */
  enum Finding {
    NOTHING_NEW,
    /** The files say something new, or what was refused is worth another try. */
    EDITED,
    /** After a refusal the files say again what runs. */
    UNDONE,
    /** This process can open no file, whatever they say. */
    BLIND
  }

  /**
   * @param running the files of what runs
   */
  EditWatch(ConfigFiles running) {
    this.home = running.home();
    this.running = running;
    this.seen = running;
  }

  Finding look() {
    ConfigFiles now;
    try {
      now = ConfigFiles.of(home);
    } catch (ConfigException e) {
      if (canOpen(home)) {
        throw e; // the edit is why
      }
      return Finding.BLIND;
    }
    if (!now.equals(seen)) {
      seen = now; // being written, perhaps
      return Finding.NOTHING_NEW;
    }
    if (now.equals(running)) {
      boolean undone = refused != null;
      refused = null;
      return undone ? Finding.UNDONE : Finding.NOTHING_NEW;
    }
    if (now.equals(refused) && ++looks < LOOKS_BETWEEN_TRIES) {
      return Finding.NOTHING_NEW;
    }
    states = now.states();
    return Finding.EDITED;
  }

  private static boolean canOpen(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** True when no file was written or replaced since the last look. */
  boolean isStill() {
    ConfigFiles now = ConfigFiles.of(home);
    if (!now.equals(seen)) {
      return false;
    }
    restless = now.states().equals(states) ? 0 : restless + 1;
    return restless == 0 || restless > MOST_RESTLESS;
  }

  /** True when no file was, and what was read meanwhile is what is there. */
  boolean isStill(ConfigFiles read) {
    return read.equals(seen) && isStill();
  }

  /** What was seen at the last look runs. */
  void applied() {
    running = seen;
    refused = null;
  }

  /** What was seen at the last look is not taken. */
  void refused() {
    refused = seen;
    looks = 0;
  }
}
