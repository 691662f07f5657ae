package io.registryrouter.intake.http;

import io.netty.channel.Channel;
import io.registryrouter.config.HttpSettings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The open connections, each with the time until which its client has to have sent something whole:
 * the next head of a request, or the rest of a request that has begun. Bytes that trickle in move
 * no such time. While a request waits for the router there is none. Thread-safe.
 */
final class Connections {

  /**
   * How long what is on its way to a client has to get there before its connection is broken off.
   */
  private static final Duration TO_THE_END = Duration.ofSeconds(2);

  private final Map<HttpConnection, Visit> open = new ConcurrentHashMap<>();
  private final Supplier<HttpSettings> settings;
  private final LongSupplier nanoTime;

  Connections(Supplier<HttpSettings> settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  /** One connection. */
  final class Visit {

    private final HttpConnection connection;
    private final Executor loop;
    private volatile boolean turnedOut;

    private volatile long deadline;
    private volatile boolean limited;
    private volatile Runnable late;

    private Visit(HttpConnection connection, Executor loop) {
      this.connection = connection;
      this.loop = loop;
      idle();
    }

    /** The head of a request is there. */
    void begun() {
      limit(settings.get().requestTimeout(), this::close);
    }

    /** Its body is wanted. */
    void receives(Runnable whenLate) {
      late = whenLate;
    }

    /** All of it is there; now it is on the router. */
    void received() {
      limited = false;
    }

    /** It was answered. */
    void idle() {
      limit(settings.get().idleTimeout(), this::close);
    }

    /** Vert.x waits until all of what it was answered is sent, and a client may never read it. */
    void close() {
      turnedOut = true;
      connection.close();
      limit(TO_THE_END, this::breakOff);
    }

    private void breakOff() {
      Channel channel = ((ConnectionBase) connection).channel();
      if (channel.isOpen()) {
        channel.pipeline().firstContext().close();
      }
    }

    /** What comes next from it is not listened to, until it has read what it is told. */
    void turnOut() {
      turnedOut = true;
      idle();
    }

    private void limit(Duration time, Runnable whenLate) {
      late = whenLate;
      deadline = nanoTime.getAsLong() + time.toNanos();
      limited = true;
    }

    private boolean isLate() {
      return limited && nanoTime.getAsLong() - deadline > 0;
    }

    /** Not while a request of it is just being received. */
    private void look() {
      if (isLate()) {
        loop.execute(
            () -> {
              if (isLate()) {
                limited = false;
                late.run();
              }
            });
      }
    }
  }

  /**
   * {@link #forget} is due when it is closed.
   *
   * @param loop runs what concerns the connection
   */
  void add(HttpConnection connection, Executor loop) {
    open.put(connection, new Visit(connection, loop));
  }

  /** Null when it is gone or was turned out. */
  Visit of(HttpConnection connection) {
    Visit visit = open.get(connection);
    return visit == null || visit.turnedOut ? null : visit;
  }

  /** It is closed. */
  void forget(HttpConnection connection) {
    open.remove(connection);
  }

  /** Turns out whoever is late; to be called every now and then. */
  void look() {
    open.values().forEach(Visit::look);
  }
}
