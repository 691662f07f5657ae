package io.registryrouter.intake.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxHandler;
import java.util.List;

/**
 * Cuts requests out of what a connection brings, in the place of Vert.x's decoder, which has no
 * option for any of these:
 *
 * <ul>
 *   <li>A request with both Content-Length and Transfer-Encoding is refused, which others might cut
 *       differently (<a href="https://www.rfc-editor.org/rfc/rfc9112#section-6.1-15">RFC 9112,
 *       6.1</a>); Vert.x drops the length without a word.
 *   <li>Requests that a client sends ahead (RFC 9112, 9.3.2) stay bytes, and the connection is read
 *       no further, until the one before them is answered; Vert.x keeps all of them, without bound.
 *   <li>Bodies come in memory that needs no release; of what stands behind a request that closes
 *       the connection Vert.x releases nothing.
 * </ul>
 *
 * Used by the event loop of the connection.
 */
final class DoorDecoder extends VertxHttpRequestDecoder {

  private static final String DECODER = "httpDecoder";
  private static final String ENCODER = "httpEncoder";

  /** Requests that ended without those whose answers did: one may be answered before it ends. */
  private int unanswered;

  /** Whether an answer counts once the connection takes more, and not as soon as it is written. */
  private final boolean patient;

  /** Answers that were written and do not count yet. */
  private int unsent;

  private boolean waiting;

  /** Reading was ended here, and not by Vert.x, which does so for who reads a body slowly. */
  private boolean held;

  private DoorDecoder(HttpServerOptions options, boolean patient) {
    super(options);
    this.patient = patient;
  }

  /**
   * On a connection of which nothing was read yet.
   *
   * @param patient whether a client that does not read its answers, but for some 64 KiB, holds up
   *     what it sends ahead; else it is its server's to turn such a client out
   */
  static void install(HttpConnection connection, HttpServerOptions options, boolean patient) {
    DoorDecoder decoder = new DoorDecoder(options, patient);
    ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
    pipeline.replace(DECODER, DECODER, decoder);
    pipeline.addAfter(ENCODER, "answers", decoder.new Answers());
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("Content-Length beside Transfer-Encoding");
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out)
      throws Exception {
    if (unanswered > 0) {
      waiting = true;
      if (context.channel().config().isAutoRead()) {
        held = true;
        context.channel().config().setAutoRead(false);
      }
      return;
    }
    int before = out.size();
    super.decode(context, bytes, out);
    for (int i = before; i < out.size(); i++) {
      if (out.get(i) instanceof HttpContent piece && piece.content().isReadable()) {
        out.set(i, piece.replace(VertxHandler.safeBuffer(piece.content())));
      }
    }
    if (out.size() > before && out.get(out.size() - 1) instanceof LastHttpContent) {
      unanswered++;
    }
  }

  /** Netty would ask for more when nothing of what was read could be cut. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    if (waiting) {
      discardSomeReadBytes();
      context.fireChannelReadComplete();
    } else {
      super.channelReadComplete(context);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
    if (context.channel().isWritable()) {
      int sent = unsent;
      unsent = 0;
      answered(context, sent);
    }
    super.channelWritabilityChanged(context);
  }

  private void answered(ChannelHandlerContext context, int requests) {
    unanswered -= requests;
    if (waiting && unanswered == 0) {
      waiting = false;
      context.executor().execute(() -> goOn(context)); // behind whoever is answering just now
    }
  }

  private void goOn(ChannelHandlerContext context) {
    ChannelHandlerContext own = context.pipeline().context(this);
    if (own == null) {
      return; // closed meanwhile
    }
    if (held) {
      held = false;
      context.channel().config().setAutoRead(true); // until what comes now ends it again
    }
    try {
      channelRead(own, Unpooled.EMPTY_BUFFER);
      channelReadComplete(own);
    } catch (Exception e) {
      context.fireExceptionCaught(e);
    }
  }

  /** Sees the answers go out. */
  private final class Answers extends ChannelOutboundHandlerAdapter {

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      context.write(message, promise);
      if (message instanceof LastHttpContent && !isInterim(message)) {
        if (patient && !context.channel().isWritable()) {
          unsent++;
        } else {
          answered(context, 1);
        }
      }
    }

    private static boolean isInterim(Object message) {
      return message instanceof HttpResponse response
          && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
  }
}
