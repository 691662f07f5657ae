package io.registryrouter.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;

/**
 * How the log is before settings are read. Standard output is for results; the log goes to standard
 * error. In code and not in Logback's XML, whose reading takes 30 ms of each start.
 */
public final class LogDefaults extends ContextAwareBase implements Configurator {

  /** They say what is wrong, and no more. */
  private static final List<String> LIBRARIES =
      List.of("org.apache.camel", "io.vertx", "io.netty", "org.apache.hc");

  /**
   * What warns of nothing: that a reload registers the gauges of a route again; at every look, that
   * a file is left where it is, whose reason FinishedFiles says once; of each client that comes
   * while the router stops, or leaves in the middle of a request; and each second that no
   * descriptor is left to accept one, which Reloader says once a minute.
   */
  private static final List<String> QUIET =
      List.of(
          "io.micrometer.core.instrument.MeterRegistry",
          "io.netty.bootstrap.ServerBootstrap",
          "io.netty.channel.AbstractChannelHandlerContext",
          "io.netty.channel.DefaultChannelPipeline",
          "org.apache.camel.component.file.GenericFileOnCompletion",
          "org.apache.camel.processor.MulticastProcessor");

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
    stderr.setContext(context);
    stderr.setName(Logs.STDERR);
    stderr.setTarget("System.err");
    stderr.setEncoder(Logs.encoder(Logs.text(context), context));
    stderr.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(stderr);
    LIBRARIES.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    QUIET.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
