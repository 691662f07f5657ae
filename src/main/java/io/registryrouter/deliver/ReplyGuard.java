package io.registryrouter.deliver;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;

/**
 * Takes nothing for the reply to a request that was there before the request was sent. HTTP/1.1
 * tells which reply belongs to which request by their order alone; a server that refuses a request
 * without reading its body may take the body for a further request, and one that gives up an idle
 * connection may say so on it. Taken for a reply, that would count events as delivered, or as
 * refused, that the server has never seen.
 */
final class ReplyGuard extends HttpRequestExecutor {

  /** As short as a socket can wait. */
  private static final Timeout AT_ONCE = Timeout.ofMilliseconds(1);

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
    return super.execute(request, connection, interim, context);
  }

  /** What an encrypted connection holds is known only by reading it. */
  private static boolean isSpokenTo(HttpClientConnection connection) throws IOException {
    EndpointDetails details = connection.getEndpointDetails();
    if (details == null || details.getRequestCount() == 0) {
      return false;
    }
    Socket socket = ((ManagedHttpClientConnection) connection).getSocket();
    return socket instanceof SSLSocket
        ? connection.isDataAvailable(AT_ONCE)
        : socket.getInputStream().available() > 0;
  }

  /** Of what was read along with the reply before. */
  private static HttpMessageParser<ClassicHttpResponse> parser() {
    HttpMessageParser<ClassicHttpResponse> parser =
        DefaultHttpResponseParserFactory.INSTANCE.create();
    return new HttpMessageParser<>() {
      private boolean interim;

      @Override
      public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
          throws IOException, HttpException {
        if (buffer.length() > 0 && !interim) {
          throw unasked();
        }
        ClassicHttpResponse reply = parser.parse(buffer, in);
        interim = reply != null && reply.getCode() < HttpStatus.SC_SUCCESS;
        return reply;
      }
    };
  }

  private static ProtocolException unasked() {
    return new ProtocolException(
        "something that no request asked for was on the connection; the next one is a new one");
  }
}
