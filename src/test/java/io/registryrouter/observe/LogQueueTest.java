package io.registryrouter.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LogQueueTest {

  private final LoggerContext context = new LoggerContext();
  private final CountDownLatch reads = new CountDownLatch(1);
  private final List<ILoggingEvent> written = new CopyOnWriteArrayList<>();

  /** Writes nothing before somebody reads. */
  private final AppenderBase<ILoggingEvent> pipe =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          try {
            reads.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          written.add(event);
        }
      };

  private LoggingEvent event(int number) {
    Logger logger = context.getLogger("io.registryrouter.Somebody");
    return new LoggingEvent("", logger, Level.INFO, String.valueOf(number), null, null);
  }

  @Test
  void whatNobodyReadsIsDroppedAndCounted() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    pipe.setContext(context);
    pipe.start();
    LogQueue queue = new LogQueue();
    queue.setContext(context);
    queue.addAppender(pipe);
    queue.start();
    int logged = 20_000;
    for (int i = 0; i < logged; i++) {
      queue.doAppend(event(i));
    }
    reads.countDown();
    int kept = 4096;
    await().until(() -> written.size() >= kept);

    queue.doAppend(event(logged));

    await().until(() -> written.get(written.size() - 1).getMessage().equals("" + logged));
    ILoggingEvent gap = written.get(written.size() - 2);
    assertThat(gap.getFormattedMessage()).isEqualTo("lines of the log are missing: nobody read it");
    assertThat(gap.getKeyValuePairs().toString())
        .isEqualTo("[lines=\"" + (logged - (written.size() - 2)) + "\"]");
    queue.stop();
  }
}
