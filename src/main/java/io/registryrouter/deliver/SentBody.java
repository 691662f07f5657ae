package io.registryrouter.deliver;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * The events of a request, which know what they were answered: a route may send something else in
 * their place, or besides, and the answer to that says nothing of them.
 */
public final class SentBody extends HttpEntityWrapper {

  /** Those that store what they bring (RFC 9110, sections 9.3.3 and 9.3.4). */
  private static final Set<String> METHODS = Set.of("POST", "PUT");

  private volatile int status;

  SentBody(HttpEntity body) {
    super(body);
  }

  /** An interceptor of the client that sends it. */
  static ClassicHttpResponse watch(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    ClassicHttpResponse answer = chain.proceed(request, scope);
    if (request.getEntity() instanceof SentBody body && METHODS.contains(request.getMethod())) {
      body.status = answer.getCode();
    }
    return answer;
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
