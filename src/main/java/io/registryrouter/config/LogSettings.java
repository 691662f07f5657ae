package io.registryrouter.config;

import java.util.EnumMap;
import java.util.Map;

/**
 * What is logged, and how.
 *
 * @param level of everything the router says that no stage has a level of its own for
 * @param stages levels of their own
 */
public record LogSettings(Format format, Level level, Map<Stage, Level> stages) {

  private static final String LEVEL = "router.log.level";

  /** Shape of a line. */
  public enum Format {
    TEXT,
    /** One JSON object a line, keys and values as members. */
    JSON
  }

  /** From the least to the most. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /** Parts of the program that say something while events pass. */
  public enum Stage {
    INTAKE,
    SPOOL,
    DELIVER,
    DEAD_LETTER
  }

  static LogSettings read(Settings settings) {
    Map<Stage, Level> stages = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      String key = LEVEL + "." + Settings.word(stage);
      if (settings.optional(key).isPresent()) {
        stages.put(stage, settings.choice(key, Level.class));
      }
    }
    return new LogSettings(
        settings.choice("router.log.format", Format.class),
        settings.choice(LEVEL, Level.class),
        stages);
  }
}
