package io.registryrouter.deliver;

import io.registryrouter.config.DestinationSettings;
import java.util.List;
import java.util.function.Supplier;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** The HTTP client of a destination. */
public final class HttpClients {

  /** How the router shows in a destination's log; its version is nobody's business. */
  private static final String USER_AGENT = "registry-event-router";

  /**
   * How long a connection may be idle before it is looked at whether the destination has closed it.
   * A look takes a millisecond, which a connection that is in use does not pay.
   */
  private static final TimeValue IDLE = TimeValue.ofMilliseconds(100);

  private HttpClients() {}

  /**
   * Gives the client the destination's timeout, bounds and TLS. Retries, redirects and cookies are
   * decided by the router, not by its HTTP client.
   *
   * @param destination its settings as they are at any time
   */
  public static void configure(
      HttpClientBuilder client, Supplier<DestinationSettings> destination) {
    Timeout timeout = Timeout.of(destination.get().timeout());
    PoolingHttpClientConnectionManagerBuilder connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setTlsSocketStrategy(new DestinationTls(destination))
            .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(timeout).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(timeout)
                    .setValidateAfterInactivity(IDLE)
                    .build())
            .setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(timeout).build());
    ReplyGuard.install(client, connections);
    client
        .setUserAgent(USER_AGENT)
        .addExecInterceptorFirst("bounded", new BoundedExchange(destination.get().timeout()))
        .addExecInterceptorFirst("target", SentBody::requireTarget)
        .addExecInterceptorLast("sent", SentBody::watch)
        .setConnectionManager(connections.build())
        .disableContentCompression() // of replies: a decoder does not read to the end of the body
        .setDefaultHeaders(List.of(new BasicHeader(HttpHeaders.ACCEPT_ENCODING, "identity")))
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement();
  }
}
