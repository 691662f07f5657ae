package io.registryrouter.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.registryrouter.config.LogSettings;
import io.registryrouter.config.LogSettings.Format;
import io.registryrouter.config.LogSettings.Stage;
import org.slf4j.LoggerFactory;

/** Puts the settings of the log in force, at the start and after an edit. */
public final class Logs {

  private static final String ROUTER = "io.registryrouter";

  private Logs() {}

  /** Only of the router's own loggers: libraries can write secrets of requests below WARN. */
  public static void apply(LogSettings settings) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(ROUTER).setLevel(level(settings.level()));
    for (Stage stage : Stage.values()) {
      LogSettings.Level own = settings.stages().get(stage);
      context.getLogger(name(stage)).setLevel(own == null ? null : level(own)); // null inherits
    }
    if (context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr")
        instanceof ConsoleAppender<ILoggingEvent> stderr) {
      write(stderr, settings.format(), context);
    }
  }

  private static Level level(LogSettings.Level level) {
    return Level.valueOf(level.name());
  }

  /** The package of the stage. */
  private static String name(Stage stage) {
    return switch (stage) {
      case INTAKE -> ROUTER + ".intake";
      case SPOOL -> ROUTER + ".spool";
      case DELIVER -> ROUTER + ".deliver";
      case DEAD_LETTER -> ROUTER + ".deadletter";
    };
  }

  private static void write(
      ConsoleAppender<ILoggingEvent> appender, Format format, LoggerContext context) {
    boolean json =
        appender.getEncoder() instanceof LayoutWrappingEncoder<ILoggingEvent> now
            && now.getLayout() instanceof JsonLine;
    if (json == (format == Format.JSON)) {
      return;
    }
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(format == Format.JSON ? new JsonLine() : text(context));
    encoder.start();
    appender.setEncoder(encoder);
  }

  private static Layout<ILoggingEvent> text(LoggerContext context) {
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.setPattern(context.getProperty("text")); // of logback.xml
    layout.start();
    return layout;
  }
}
