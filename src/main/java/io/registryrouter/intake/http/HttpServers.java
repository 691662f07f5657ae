package io.registryrouter.intake.http;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import java.time.Duration;
import java.util.function.IntSupplier;

/** Vert.x with servers that bear so many connections at a time and serve no files. */
public final class HttpServers {

  /** Or it would make a directory in the temporary one. */
  private static final FileSystemOptions NO_FILE_CACHE =
      new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);

  private HttpServers() {}

  /**
   * @param maxConnections of each server, as it is now
   * @param managementIdle how long a connection to Camel's server may do nothing; whole seconds
   */
  public static Vertx vertx(IntSupplier maxConnections, Duration managementIdle) {
    VertxBuilder vertx =
        new VertxBuilder(new VertxOptions().setFileSystemOptions(NO_FILE_CACHE))
            .findTransport(new Limited(maxConnections))
            .init();
    return new ForCamel((VertxInternal) vertx.vertx(), managementIdle);
  }

  /**
   * Of the servers that Camel makes, for which it has no such settings: none keeps a connection
   * that does nothing, and none offers a change to HTTP/2 on one that began with HTTP/1.1. Java's
   * own client (17 to 25) asks for that unless it is told otherwise, and of answers that are larger
   * than 16 KiB, as the metrics are, never gets to the end of some in a thousand. What a client
   * sends ahead waits as at the door.
   */
  private static final class ForCamel extends VertxWrapper {

    private final Duration idle;

    ForCamel(VertxInternal vertx, Duration idle) {
      super(vertx);
      this.idle = idle;
    }

    @Override
    public HttpServer createHttpServer(HttpServerOptions options) {
      options.setHttp2ClearTextEnabled(false).setIdleTimeout((int) idle.toSeconds());
      return super.createHttpServer(options)
          .connectionHandler(connection -> DoorDecoder.install(connection, options, true));
    }
  }

  private static final class Limited extends JDKTransport {

    private final IntSupplier maxConnections;

    Limited(IntSupplier maxConnections) {
      this.maxConnections = maxConnections;
    }

    @Override
    public void configure(NetServerOptions options, boolean domain, ServerBootstrap server) {
      super.configure(options, domain, server);
      server.handler(new ConnectionLimit(maxConnections));
    }
  }
}
