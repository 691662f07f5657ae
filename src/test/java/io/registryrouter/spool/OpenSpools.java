package io.registryrouter.spool;

import static io.registryrouter.spool.Groups.line;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.intake.Handover;
import io.registryrouter.observe.Balance;
import io.registryrouter.route.Group;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tests of spools begin with: open ones that have room for three short lines. */
@Timeout(20)
abstract class OpenSpools {

  static final int LINE = line("a").length();

  @TempDir Path directory;
  RouterConfig config;
  Balance balance;
  Spools spools;
  Instant now = LogFixture.CLOCK.instant();

  @BeforeEach
  void open() throws IOException {
    config = TestHome.in(directory).set("router.spool.max-size", "" + 3 * LINE).config();
    reopen();
  }

  void reopen() throws IOException {
    balance = new Balance(new SimpleMeterRegistry());
    spools = Spools.open(config, ((InstantSource) () -> now).withZone(ZoneOffset.UTC), balance);
  }

  /** Other ones, with room for far more than a test brings. */
  void openLarge() throws IOException {
    spools.close();
    config = TestHome.in(directory.resolve("large")).set("router.spool.max-size", "1GiB").config();
    reopen();
  }

  @AfterEach
  void close() throws IOException {
    spools.close();
  }

  void accept(String destination, Group group) throws IOException {
    Handover handover = new Handover();
    spools.accept(destination, group, handover);
    handover.durable().join();
  }

  void deliver(String destination) throws IOException {
    LogFixture.deliver(spools.log(destination));
  }
}
