package io.registryrouter.deliver;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.LenientHttpResponseParser;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Takes nothing for the reply to a request that was there before the request was sent. HTTP/1.1
 * tells which reply belongs to which request by their order alone; a server that refuses a request
 * without reading its body may take the body for a further request, and one that gives up an idle
 * connection may say so on it. Taken for a reply, that would count events as delivered, or as
 * refused, that the server has never seen. Nor is a reply of which the head is cut off one.
 *
 * <p>A reply that comes while the body is being sent ends the sending (RFC 9112, section 9.5), and
 * counts even when the server breaks the connection off behind it. The head of a reply, a chunk's
 * extensions and the trailer are taken up to {@link #MAX_LINE} and {@link #MAX_LINES}.
 */
final class ReplyGuard extends HttpRequestExecutor {

  /** As short as a socket can wait. */
  private static final Timeout AT_ONCE = Timeout.ofMilliseconds(1);

  /** Bytes of a line in the head of a reply; common servers send 8 KiB at most. */
  static final int MAX_LINE = 16 * 1024;

  /** Header fields of a reply. */
  static final int MAX_LINES = 100;

  /** Bytes of a body between two looks for a reply; a look is a system call. */
  private static final int PIECE = 16 * 1024;

  /** Between two looks on an encrypted connection, each of which takes {@link #AT_ONCE}. */
  private static final long BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final Http1Config BOUNDS =
      Http1Config.custom().setMaxLineLength(MAX_LINE).setMaxHeaderCount(MAX_LINES + 1).build();

  /** Whether whatever is read on the thread's connection came after its request had begun. */
  private static final ThreadLocal<Boolean> ASKED = ThreadLocal.withInitial(() -> false);

  private ReplyGuard() {}

  static void install(
      HttpClientBuilder client, PoolingHttpClientConnectionManagerBuilder connections) {
    client
        .setRequestExecutor(new ReplyGuard())
        .setConnectionReuseStrategy(
            (request, response, context) ->
                response.getCode() < HttpStatus.SC_REDIRECTION
                    && DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(
                        request, response, context));
    connections.setConnectionFactory(
        ManagedHttpClientConnectionFactory.builder()
            .http1Config(BOUNDS)
            .responseParserFactory(unused -> parser())
            .build());
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      HttpResponseInformationCallback interim,
      HttpContext context)
      throws IOException, HttpException {
    if (isSpokenTo(connection)) {
      connection.close();
      throw unasked();
    }
    ASKED.set(isEncrypted(connection)); // what such a one held would have been found
    try {
      return request.getEntity() == null
          ? super.execute(request, connection, interim, context)
          : exchange(request, connection, HttpCoreContext.castOrCreate(context));
    } catch (IOException | HttpException | RuntimeException e) {
      connection.close(CloseMode.IMMEDIATE);
      throw e;
    } catch (Error e) { // such as want of memory, at which the client would close for ever
      connection.close(CloseMode.IMMEDIATE);
      throw new IOException("the router itself: " + e, e);
    } finally {
      ASKED.remove();
    }
  }

  private static ClassicHttpResponse exchange(
      ClassicHttpRequest request, HttpClientConnection connection, HttpCoreContext context)
      throws IOException, HttpException {
    context.setSSLSession(connection.getSSLSession());
    context.setEndpointDetails(connection.getEndpointDetails());
    connection.sendRequestHeader(request);
    HttpEntity entity = request.getEntity();
    WatchedBody body = new WatchedBody(entity, connection);
    request.setEntity(body);
    try {
      connection.sendRequestEntity(request);
      connection.flush();
    } catch (IOException e) {
      if (!body.isRefused()) {
        throw e;
      }
    } finally {
      request.setEntity(entity); // which may be asked for again
    }
    ClassicHttpResponse reply = body.reply;
    while (reply == null || reply.getCode() < HttpStatus.SC_SUCCESS) {
      reply = connection.receiveResponseHeader();
    }
    if (MessageSupport.canResponseHaveBody(request.getMethod(), reply)) {
      connection.receiveResponseEntity(reply);
    }
    return reply;
  }

  /** Is sent until a reply refuses it; what the reply is stays here. */
  private static final class WatchedBody extends HttpEntityWrapper {

    private final HttpClientConnection connection;
    private final long between;
    private long looked = System.nanoTime();
    private int since;
    private ClassicHttpResponse reply;

    WatchedBody(HttpEntity body, HttpClientConnection connection) throws IOException {
      super(body);
      this.connection = connection;
      this.between = isEncrypted(connection) ? BETWEEN_LOOKS : 0;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      super.writeTo(
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
              for (int at = from; at < from + length; at += PIECE) {
                lookNowAndThen();
                int piece = Math.min(PIECE, from + length - at);
                out.write(bytes, at, piece);
                since += piece;
              }
            }
          });
    }

    private void lookNowAndThen() throws IOException {
      if (since >= PIECE && System.nanoTime() - looked >= between) {
        look();
        since = 0;
        looked = System.nanoTime();
      }
      if (refused()) {
        throw new IOException("refused before it was sent whole");
      }
    }

    private void look() throws IOException {
      try {
        if (reply == null && isSpokenTo(connection)) {
          ClassicHttpResponse said = connection.receiveResponseHeader();
          reply = said.getCode() < HttpStatus.SC_SUCCESS ? null : said;
        }
      } catch (HttpException e) {
        throw new IOException(e);
      }
    }

    /** A server may say that it succeeds, and want the rest. */
    private boolean refused() {
      return reply != null && reply.getCode() >= HttpStatus.SC_REDIRECTION;
    }

    /** After the sending failed: a server that says no may close at once. */
    boolean isRefused() {
      try {
        look();
      } catch (IOException e) {
        // what was known before counts
      }
      return refused();
    }
  }

  /** What an encrypted connection holds is known only by reading it. */
  private static boolean isSpokenTo(HttpClientConnection connection) throws IOException {
    EndpointDetails details = connection.getEndpointDetails();
    if (details == null || details.getRequestCount() == 0) {
      return false;
    }
    return isEncrypted(connection)
        ? connection.isDataAvailable(AT_ONCE)
        : socket(connection).getInputStream().available() > 0;
  }

  private static boolean isEncrypted(HttpClientConnection connection) throws IOException {
    return socket(connection) instanceof SSLSocket;
  }

  private static Socket socket(HttpClientConnection connection) throws IOException {
    Socket socket = ((ManagedHttpClientConnection) connection).getSocket();
    if (socket == null) { // broken off meanwhile
      throw new ConnectionClosedException();
    }
    return socket;
  }

  /** Of what was read along with the reply before. */
  private static HttpMessageParser<ClassicHttpResponse> parser() {
    HttpMessageParser<ClassicHttpResponse> parser = new LenientHttpResponseParser(BOUNDS);
    return (buffer, in) -> {
      if (buffer.length() > 0 && !ASKED.get()) {
        throw unasked();
      }
      ASKED.set(true);
      HeadInput head = new HeadInput(in);
      ClassicHttpResponse reply = parser.parse(buffer, head);
      if (reply != null && head.ended) { // else nothing came, of which the client says so itself
        throw new ProtocolException("the head of its reply ends without an empty line");
      }
      return reply;
    };
  }

  /** The client takes the end of a connection for that of a head (RFC 9112, section 8). */
  private static final class HeadInput extends FilterInputStream {

    private boolean ended;

    HeadInput(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read = super.read(into, from, length);
      ended |= read < 0;
      return read;
    }
  }

  private static ProtocolException unasked() {
    return new ProtocolException(
        "something that no request asked for was on the connection; the next one is a new one");
  }
}
