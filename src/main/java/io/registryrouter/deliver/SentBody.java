package io.registryrouter.deliver;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.component.http.HttpConstants;
import org.apache.commons.lang3.StringUtils;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * The events of a request, which know what they were answered: a route may send something else in
 * their place, or besides, and the answer to that says nothing of them.
 */
public final class SentBody extends HttpEntityWrapper {

  /** Those that store what they bring (RFC 9110, sections 9.3.3 and 9.3.4). */
  private static final Set<String> METHODS = Set.of("POST", "PUT");

  private final URI target;
  private volatile int status;

  /**
   * @param target where they go
   */
  SentBody(HttpEntity body, URI target) {
    super(body);
    this.target = target;
  }

  /** The events are about to go somewhere else. */
  public static final class AstrayException extends IOException {

    private static final long serialVersionUID = 1L;

    private AstrayException(HttpHost host, URI target) {
      super(
          String.format(
              "the route sends its events to %s, not to %s://%s: nothing between `request` and"
                  + " `to: http:…` removes or replaces the header %s, or all headers",
              host, target.getScheme(), target.getRawAuthority(), HttpConstants.HTTP_URI));
    }
  }

  /**
   * The first interceptor of the client that sends them: without the header that says where, Camel
   * takes the name of the destination for that of a host.
   *
   * @throws AstrayException instead of sending them there
   */
  static ClassicHttpResponse requireTarget(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    if (request.getEntity() instanceof SentBody body) {
      body.requireTarget(scope.route.getTargetHost());
    }
    return chain.proceed(request, scope);
  }

  /** The last one. */
  static ClassicHttpResponse watch(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    ClassicHttpResponse answer = chain.proceed(request, scope);
    if (request.getEntity() instanceof SentBody body) {
      body.answered(request.getMethod(), answer.getCode());
    }
    return answer;
  }

  /**
   * What both do, where nothing is sent.
   *
   * @param at where the events would go
   * @throws AstrayException when that is somewhere else
   */
  public void rehearse(URI at, String method, int answer) throws IOException {
    requireTarget(host(at));
    answered(method, answer);
  }

  private void requireTarget(HttpHost host) throws AstrayException {
    HttpHost wanted = host(target);
    if (!wanted.getSchemeName().equals(host.getSchemeName())
        || !name(wanted).equalsIgnoreCase(name(host))
        || port(wanted) != port(host)) {
      throw new AstrayException(host, target);
    }
  }

  private static HttpHost host(URI uri) {
    return new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort());
  }

  /** Of an IPv6 address without brackets, which stand or do not, and without its zone. */
  private static String name(HttpHost host) {
    return StringUtils.strip(host.getHostName(), "[]").replaceFirst("%.*", "");
  }

  private static int port(HttpHost host) {
    return DefaultSchemePortResolver.INSTANCE.resolve(host);
  }

  private void answered(String method, int code) {
    if (METHODS.contains(method)) {
      status = code;
    }
  }

  /**
   * Why a status is not the answer to these events; empty when it is.
   *
   * @param said what the route came to
   */
  public Optional<String> stray(int said) {
    if (status == said) {
      return Optional.empty();
    }
    return Optional.of(
        status == 0
            ? "the route sent something else than the events: between `request` and `reply` stands one"
                + " `to: http:…` with `httpMethod: POST` and the httpClientConfigurer of the"
                + " destination, as in routes/templates/destination.camel.yaml, and nothing that"
                + " changes the body"
            : String.format(
                "the events were answered %d, and something else that the route does %d: between"
                    + " `request` and `reply` stands one `to: http:…`",
                status, said));
  }
}
