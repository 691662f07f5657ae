package io.registryrouter.intake.http;

import io.registryrouter.config.HttpSettings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a request has to get past before its body is looked at. Of its head, only what is asked for
 * here is ever read.
 */
final class DoorGuard {

  private static final String ANYBODY = "anybody";

  private final Supplier<HttpSettings> settings;
  private final Receivers receivers;
  private final Tokens tokens;
  private final RateLimits limits;

  /**
   * What is known of a request that may go on to its body.
   *
   * @param length of the body as announced, in bytes; 0 when it is not
   */
  record Admission(EventDoor.Receiver receiver, BodyFormat format, boolean gzip, int length) {}

  DoorGuard(Supplier<HttpSettings> settings, Receivers receivers, LongSupplier nanoTime) {
    this.settings = settings;
    this.receivers = receivers;
    this.tokens = new Tokens(() -> settings.get().tokens());
    this.limits = new RateLimits(nanoTime);
  }

  /** Whether clients have to show a token. */
  boolean asksForTokens() {
    return tokens.areAsked();
  }

  /** Reads tokens whose files have changed. Not to be called where requests are served. */
  void look() {
    tokens.look();
  }

  Admission admit(HttpServerRequest request) throws HttpProblem {
    checkFraming(request);
    String client = client(request);
    EventDoor.Receiver receiver = receivers.first(request.path());
    if (!request.method().equals(HttpMethod.POST)) {
      throw new HttpProblem(405, "events are sent with POST");
    }
    checkRate(client);
    BodyFormat format = receiver.accept().format(request.getHeader(HttpHeaders.CONTENT_TYPE));
    boolean gzip = RequestBody.isGzip(contentEncoding(request));
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && Long.parseLong(length) > settings.get().maxBody()) {
      throw RequestBody.tooLarge(settings.get().maxBody());
    }
    return new Admission(receiver, format, gzip, length == null ? 0 : Integer.parseInt(length));
  }

  /**
   * Several lines are one list, codings one upon the other (<a
   * href="https://www.rfc-editor.org/rfc/rfc9110#section-5.3">RFC 9110, 5.3</a>); null when there
   * is none.
   */
  private static String contentEncoding(HttpServerRequest request) {
    String first = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    return first == null
        ? null
        : String.join(", ", request.headers().getAll(HttpHeaders.CONTENT_ENCODING));
  }

  /**
   * Where a body ends must not be a matter of opinion (<a
   * href="https://www.rfc-editor.org/rfc/rfc9112#section-6.1">RFC 9112, 6.1</a>). {@link
   * DoorDecoder} has refused what the decoder alone can see.
   */
  private static void checkFraming(HttpServerRequest request) throws HttpProblem {
    String coding = request.getHeader(HttpHeaders.TRANSFER_ENCODING);
    if (coding == null) {
      return;
    }
    if (request.version() == HttpVersion.HTTP_1_0) {
      throw new HttpProblem(400, "HTTP/1.0 knows no Transfer-Encoding");
    }
    boolean one = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING).size() == 1;
    if (!one || !coding.strip().equalsIgnoreCase("chunked")) {
      throw new HttpProblem(501, "the Transfer-Encoding is not accepted; accepted: chunked");
    }
  }

  private String client(HttpServerRequest request) throws HttpProblem {
    if (!tokens.areAsked()) {
      return ANYBODY;
    }
    String key = tokens.keyOf(request.getHeader(HttpHeaders.AUTHORIZATION));
    if (key == null) {
      throw new HttpProblem(401, "a bearer token is required (Authorization: Bearer …)");
    }
    return key;
  }

  private void checkRate(String client) throws HttpProblem {
    HttpSettings now = settings.get();
    if (now.rateLimit().isPresent() && !limits.take(client, now.rateLimit().getAsInt())) {
      throw new HttpProblem(
          429,
          "more than "
              + now.rateLimit().getAsInt()
              + " requests a second (router.http.rate-limit); send it again later");
    }
  }
}
