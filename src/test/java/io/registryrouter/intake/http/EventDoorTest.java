package io.registryrouter.intake.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.intake.Gate;
import io.registryrouter.support.Certificates;
import io.registryrouter.support.Certificates.Identity;
import io.registryrouter.support.TestHome;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventDoorTest {

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final List<Promise<Object>> looks = new ArrayList<>();
  private Handler<Long> timer;

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Four times a second, for as long as a mount of secrets hangs. */
  @Test
  void whileALookAtTheCertificateFilesHangsNoFurtherOneIsBegun() throws Exception {
    Identity identity =
        Certificates.in(directory.resolve("authority")).issue("door", Certificates.LOOPBACK, 2);
    RouterConfig config =
        TestHome.in(directory.resolve("home"))
            .set("router.http.tls.certificate", identity.certificate().toString())
            .set("router.http.tls.key", identity.key().toString())
            .config();
    EventDoor door = new EventDoor(() -> config, slow(), new Gate());
    door.listen();

    timer.handle(0L);
    timer.handle(0L);
    assertThat(looks).hasSize(1);
    looks.get(0).complete();
    timer.handle(0L);

    assertThat(looks).hasSize(2);
    door.close(Duration.ZERO);
  }

  /** Whose workers never come back, and whose timer is this test's. */
  @SuppressWarnings("unchecked")
  private Vertx slow() {
    return (Vertx)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Vertx.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "setPeriodic" -> {
                  timer = (Handler<Long>) arguments[1];
                  return 0L;
                }
                case "executeBlocking" -> {
                  looks.add(Promise.promise());
                  return looks.get(looks.size() - 1).future();
                }
                default -> {
                  try {
                    return method.invoke(vertx, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                }
              }
            });
  }
}
