package io.registryrouter.support;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** What a class warns of, or calls an error, during a test. */
public final class Warnings implements BeforeEachCallback, AfterEachCallback {

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger;

  public Warnings(Class<?> source) {
    this(source.getName());
  }

  /**
   * @param source the name of the class, of one that is nobody else's
   */
  public Warnings(String source) {
    logger = (Logger) LoggerFactory.getLogger(source);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    log.list = new CopyOnWriteArrayList<>(); // read while others log
    log.start();
    logger.addAppender(log);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    logger.detachAppender(log);
  }

  /** The words of every line, whatever its level. */
  public List<String> words() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /** A line a warning, {@code key=value} after {@code key=value}. */
  public List<String> said() {
    return log.list.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(
            event ->
                event.getKeyValuePairs().stream()
                    .map(pair -> pair.key + "=" + pair.value)
                    .collect(Collectors.joining(" ")))
        .toList();
  }
}
