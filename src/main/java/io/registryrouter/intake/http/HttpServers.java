package io.registryrouter.intake.http;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import java.util.function.IntSupplier;

/** Vert.x with servers that bear so many connections at a time and serve no files. */
public final class HttpServers {

  /** Or it would make a directory in the temporary one. */
  private static final FileSystemOptions NO_FILE_CACHE =
      new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);

  private HttpServers() {}

  /**
   * @param maxConnections of each server, as it is now
   */
  public static Vertx vertx(IntSupplier maxConnections) {
    return new VertxBuilder(new VertxOptions().setFileSystemOptions(NO_FILE_CACHE))
        .findTransport(new Limited(maxConnections))
        .init()
        .vertx();
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
