package io.registryrouter.intake.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.intake.Gate;
import io.registryrouter.support.TestHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailConsumerTest {

  @TempDir private Path directory;

  /** What is never let go of would put off every edit from then on. */
  @Test
  void aRouteThatThrowsLeavesNothingInside() throws Exception {
    Path log = directory.resolve("app.log");
    Files.writeString(log, "{}\n");
    RouterConfig config =
        TestHome.in(directory.resolve("home"))
            .set("router.intake.tail", "activity-tracker:" + log)
            .config();
    Files.createDirectories(config.data().inbox(EventPath.ACTIVITY_TRACKER));
    Gate gate = new Gate();
    AtomicInteger given = new AtomicInteger();
    try (TailIntake intake = new TailIntake(() -> config, gate, Clock.systemUTC());
        DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.addComponent("tail", new TailComponent(intake));
      Consumer consumer =
          camel.getEndpoint("tail:activity-tracker").createConsumer(new Broken(given));
      consumer.start();
      await().until(() -> given.get() >= 2); // the lines come again
      consumer.stop();

      assertThat(gate.close(Duration.ZERO)).isTrue();
    }
  }

  private static final class Broken extends AsyncProcessorSupport {

    private final AtomicInteger given;

    Broken(AtomicInteger given) {
      this.given = given;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
      given.incrementAndGet();
      throw new IllegalStateException("a route that throws");
    }
  }
}
