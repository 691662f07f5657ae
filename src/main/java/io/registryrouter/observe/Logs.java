package io.registryrouter.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.AppenderAttachable;
import io.registryrouter.config.LogSettings;
import io.registryrouter.config.LogSettings.Format;
import io.registryrouter.config.LogSettings.Stage;
import org.slf4j.LoggerFactory;

/** Puts the settings of the log in force, at the start and after an edit. */
public final class Logs {

  static final String STDERR = "stderr";

  private static final String QUEUE = "queue";

  private static final String ROUTER = "io.registryrouter";

  /** What is no character to be seen steers no terminal; a line end in a value begins no line. */
  private static final String TEXT =
      "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\", UTC} %-5level %logger{0} -"
          + " %replace(%msg %kvp{DOUBLE}){'[\\p{Cc}\\p{Cf}\\u2028\\u2029]+', ' '}%n"
          + "%replace(%ex){'[\\p{Cc}\\p{Cf}&&[^\\n\\t]]+', ' '}";

  private Logs() {}

  /** Only of the router's own loggers: libraries can write secrets of requests below WARN. */
  public static void apply(LogSettings settings) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger(ROUTER).setLevel(level(settings.level()));
    for (Stage stage : Stage.values()) {
      Level own = level(settings.stages().getOrDefault(stage, settings.level()));
      context.getLogger(ROUTER + packageOf(stage)).setLevel(own);
    }
    if (holder().getAppender(STDERR) instanceof ConsoleAppender<ILoggingEvent> stderr) {
      write(stderr, settings.format(), context);
    }
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  }

  private static AppenderAttachable<ILoggingEvent> holder() {
    Logger root = root();
    return root.getAppender(QUEUE) instanceof LogQueue queue ? queue : root;
  }

  /** From now on nobody waits for the reader of the log, until its {@link #end}. */
  public static void queue() {
    Logger root = root();
    Appender<ILoggingEvent> stderr = root.getAppender(STDERR);
    if (stderr != null) {
      LogQueue queue = new LogQueue();
      queue.setContext(root.getLoggerContext());
      queue.setName(QUEUE);
      queue.addAppender(stderr);
      queue.start();
      root.addAppender(queue);
      root.detachAppender(stderr);
    }
  }

  /** Waits a moment until what was logged is written; nothing is any more after that. */
  public static void end() {
    Appender<ILoggingEvent> queue = root().getAppender(QUEUE);
    if (queue != null) {
      queue.stop();
    }
  }

  private static Level level(LogSettings.Level level) {
    return Level.valueOf(level.name());
  }

  private static String packageOf(Stage stage) {
    return switch (stage) {
      case INTAKE -> ".intake";
      case SPOOL -> ".spool";
      case DELIVER -> ".deliver";
      case DEAD_LETTER -> ".deadletter";
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
    appender.setEncoder(encoder(format == Format.JSON ? new JsonLine() : text(context), context));
  }

  static LayoutWrappingEncoder<ILoggingEvent> encoder(
      Layout<ILoggingEvent> layout, LoggerContext context) {
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }

  static Layout<ILoggingEvent> text(LoggerContext context) {
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.setPattern(TEXT);
    layout.start();
    return layout;
  }
}
