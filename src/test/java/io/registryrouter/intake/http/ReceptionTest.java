package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.HttpSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.intake.Gate;
import io.registryrouter.support.TestHome;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ReceptionTest {

  @TempDir private Path directory;

  /** Such as one whose client has gone. A stop would wait for it. */
  @Test
  @Timeout(20)
  void aRequestThatCannotBeReceivedIsNotInFlight() throws Exception {
    RouterConfig config = TestHome.in(directory).config();
    HttpSettings settings = config.http();
    Gate gate = new Gate();
    Connections connections = new Connections(() -> settings, System::nanoTime);
    HttpConnection connection = gone(HttpConnection.class);
    connections.add(connection, Runnable::run);
    InFlight inFlight = new InFlight();
    Reception reception =
        new Reception(
            new Reception.Surroundings(
                () -> config,
                new Receivers(gate::isClosed),
                gate,
                new HttpAnswers(new SimpleMeterRegistry())),
            gone(HttpServerRequest.class),
            new DoorGuard.Admission(null, null, false, 0),
            connections.of(connection),
            inFlight.begin(),
            null);

    assertThatThrownBy(reception::begin).isInstanceOf(IllegalStateException.class);

    inFlight.close(Duration.ofMinutes(1));
  }

  private static <T> T gone(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("hashCode")) {
                return 1;
              }
              throw new IllegalStateException("it is gone");
            }));
  }
}
