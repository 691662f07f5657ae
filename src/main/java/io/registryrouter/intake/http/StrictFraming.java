package io.registryrouter.intake.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * Refuses a request with both Content-Length and Transfer-Encoding, which others might cut
 * differently (<a href="https://www.rfc-editor.org/rfc/rfc9112#section-6.1-15">RFC 9112, 6.1</a>).
 * Vert.x drops the length without a word and has no option for it, so its decoder is replaced.
 */
final class StrictFraming extends VertxHttpRequestDecoder {

  private static final String DECODER = "httpDecoder";

  private StrictFraming(HttpServerOptions options) {
    super(options);
  }

  /** On a connection of which nothing was read yet. */
  static void install(ChannelPipeline pipeline, HttpServerOptions options) {
    pipeline.replace(DECODER, DECODER, new StrictFraming(options));
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("Content-Length beside Transfer-Encoding");
  }
}
