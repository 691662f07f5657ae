package io.registryrouter.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * How the log is before settings are read. Standard output is for results; the log goes to standard
 * error. In code and not in Logback's XML, whose reading takes 30 ms of each start.
 */
public final class LogDefaults extends ContextAwareBase implements Configurator {

  /** Libraries say what is wrong, and of meters nothing: a reload registers the same again. */
  private static final Map<String, Level> LEVELS =
      Map.of(
          Logger.ROOT_LOGGER_NAME,
          Level.INFO,
          "org.apache.camel",
          Level.WARN,
          "io.micrometer.core.instrument.MeterRegistry",
          Level.ERROR,
          "io.vertx",
          Level.WARN,
          "io.netty",
          Level.WARN,
          "org.apache.hc",
          Level.WARN);

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
    stderr.setContext(context);
    stderr.setName(Logs.STDERR);
    stderr.setTarget("System.err");
    stderr.setEncoder(Logs.encoder(Logs.text(context), context));
    stderr.start();
    LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(level));
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(stderr);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
