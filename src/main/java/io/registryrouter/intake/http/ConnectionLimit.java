package io.registryrouter.intake.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections to one server at once when there are too many, before anything is read from
 * them: a handshake of TLS that somebody begins and does not end takes memory as well.
 */
final class ConnectionLimit extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);

  private final IntSupplier most;
  private final AtomicInteger open = new AtomicInteger();
  private boolean full;

  /**
   * @param most as it is now
   */
  ConnectionLimit(IntSupplier most) {
    this.most = most;
  }

  /**
   * @param accepted a connection, not served yet
   */
  @Override
  public void channelRead(ChannelHandlerContext server, Object accepted) {
    Channel connection = (Channel) accepted;
    if (open.get() >= most.getAsInt()) {
      sayFull(server.channel());
      connection.unsafe().closeForcibly();
      return;
    }
    full = false;
    open.incrementAndGet();
    server.fireChannelRead(connection);
    connection.closeFuture().addListener(closed -> open.decrementAndGet());
  }

  /** Once, until there is room again. */
  private void sayFull(Channel server) {
    if (!full) {
      full = true;
      LOG.atWarn()
          .addKeyValue("address", server.localAddress())
          .addKeyValue("connections", open.get())
          .log("connections are turned away (router.http.max-connections)");
    }
  }
}
