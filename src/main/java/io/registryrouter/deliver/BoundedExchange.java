package io.registryrouter.deliver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a request and its reply within a time and a size, whatever the destination does: a socket's
 * timeout begins anew with each byte, and Camel takes a reply into memory whole. A request whose
 * thread is interrupted is broken off, which Java's sockets do not do by themselves. Once the
 * status is known the reply counts, even if its body is broken. Thread-safe.
 */
final class BoundedExchange implements ExecChainHandler {

  private static final Logger LOG = LoggerFactory.getLogger(BoundedExchange.class);

  /** Bytes of a reply: a code for each of 10,000 lines, each on a line of its own, is less. */
  private static final int MAX_REPLY = 1024 * 1024;

  /** Connecting, sending and the reply may take the timeout each. */
  private static final int TIMEOUTS = 3;

  private static final long LOOK_MILLIS = 100;

  /** What is under way, by the thread that waits for it. */
  private static final Map<Thread, Exchange> UNDER_WAY = new ConcurrentHashMap<>();

  private final long limitNanos;

  /** Request and reply took longer together than they may. */
  static final class LateException extends SocketTimeoutException {

    private static final long serialVersionUID = 1L;

    LateException(Exception end) {
      super("request and reply took too long together: " + end);
    }
  }

  private record Exchange(Cancellable request, long deadline) {

    boolean isLate() {
      return System.nanoTime() - deadline > 0;
    }
  }

  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          BasicThreadFactory.builder().namingPattern("delivery-deadlines").daemon(true).build());

  static {
    TIMER.scheduleWithFixedDelay(
        BoundedExchange::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * @param timeout of the destination
   */
  BoundedExchange(Duration timeout) {
    // at most what a long holds: 292 years
    this.limitNanos = TimeUnit.MILLISECONDS.toNanos(timeout.toMillis() * TIMEOUTS);
  }

  /** Breaks off what is late, and what nobody waits for any more. */
  private static void look() {
    UNDER_WAY.forEach(
        (thread, exchange) -> {
          if (exchange.isLate() || thread.isInterrupted()) {
            cancel(exchange);
          }
        });
  }

  /** One that cannot be broken off must not end the looks at all others. */
  private static void cancel(Exchange exchange) {
    try {
      exchange.request().cancel();
    } catch (RuntimeException | Error e) { // such as want of direct memory
      LOG.warn("a late request could not be broken off", e);
    }
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    Exchange exchange =
        new Exchange((Cancellable) scope.originalRequest, System.nanoTime() + limitNanos);
    UNDER_WAY.put(Thread.currentThread(), exchange);
    try {
      ClassicHttpResponse response = chain.proceed(request, scope);
      keepBeginning(response, scope);
      return response;
    } catch (IOException | RuntimeException e) { // the client's own when it looks for an address
      if (exchange.isLate()) {
        throw new LateException(e);
      }
      throw e;
    } finally {
      UNDER_WAY.remove(Thread.currentThread());
    }
  }

  /**
   * In place of the body, which is read no further, nor its connection used again when it goes on.
   */
  private static void keepBeginning(ClassicHttpResponse response, ExecChain.Scope scope) {
    HttpEntity body = response.getEntity();
    if (body == null) {
      return;
    }
    ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    boolean whole = false;
    try {
      whole = copy(body.getContent(), beginning);
    } catch (IOException e) {
      // the status is known, and what came of the text
    }
    if (!whole) {
      scope.execRuntime.discardEndpoint();
    }
    response.removeHeaders(HttpHeaders.CONTENT_ENCODING); // Camel would unpack it, however large
    response.setEntity(
        new ByteArrayEntity(
            beginning.toByteArray(), ContentType.parseLenient(body.getContentType())));
  }

  /** True at the end of the body, false when there is more than fits. */
  private static boolean copy(InputStream body, ByteArrayOutputStream beginning)
      throws IOException {
    byte[] piece = new byte[4096];
    int read = body.read(piece);
    while (read >= 0 && beginning.size() + read <= MAX_REPLY) {
      beginning.write(piece, 0, read);
      read = body.read(piece);
    }
    return read < 0;
  }
}
