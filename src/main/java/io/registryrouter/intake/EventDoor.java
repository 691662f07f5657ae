package io.registryrouter.intake;

import io.registryrouter.config.EventPath;
import io.registryrouter.config.HttpSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.Secret;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server for events. It checks a request before its body is read, gives the body as a
 * batch to the receiver of its path, and answers when the receiver says what became of it. No
 * thread is held while a request waits. Of the request only the body and the peer's address go on.
 */
public final class EventDoor {

  private static final Logger LOG = LoggerFactory.getLogger(EventDoor.class);

  /** Larger bodies are decoded on a worker thread, so that they do not hold up other requests. */
  private static final int SMALL_BODY = 32 * 1024;

  private static final int IDLE_SECONDS = 60;
  private static final int RETRY_AFTER_SECONDS = 1;

  private final Supplier<RouterConfig> config;
  private final Vertx vertx;
  private final Gate gate;
  private final Map<String, Receiver> receivers = new ConcurrentHashMap<>();
  private final AtomicLong inFlight = new AtomicLong();
  private volatile HttpServer server;
  private volatile boolean closing;

  /** Takes the batches of one URL path. */
  public interface Receiver {

    EventPath path();

    /** What the URL path takes. */
    Accept accept();

    /**
     * @param answer to be called exactly once, from any thread
     */
    void receive(RawBatch batch, Answer answer);
  }

  /** What the client is told. */
  public interface Answer {

    void taken(int accepted, int deadLettered, int ignored);

    /** Not taken; nothing of it is kept. */
    void refused(HttpProblem problem);
  }

  /**
   * @param config as it is now; host and port are those of the start
   * @param gate where each request passes
   */
  public EventDoor(Supplier<RouterConfig> config, Vertx vertx, Gate gate) {
    this.config = config;
    this.vertx = vertx;
    this.gate = gate;
  }

  private HttpSettings settings() {
    return config.get().http();
  }

  void register(String path, Receiver receiver) {
    receivers.put(path, receiver);
  }

  void unregister(String path) {
    receivers.remove(path);
  }

  /**
   * Opens the door.
   *
   * @return the port, which the system chose when the settings say 0
   * @throws IOException when it cannot be opened there
   */
  public int listen() throws IOException {
    HttpServerOptions options =
        new HttpServerOptions()
            .setIdleTimeout(IDLE_SECONDS)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setReuseAddress(true);
    server = vertx.createHttpServer(options).requestHandler(this::handle);
    try {
      await(server.listen(settings().port(), settings().host()));
    } catch (IOException e) {
      throw new IOException(
          String.format(
              "cannot listen on %s:%d (router.http.host, router.http.port): %s",
              settings().host(), settings().port(), e.getMessage()),
          e);
    }
    return server.actualPort();
  }

  /** Takes no more requests and lets those in flight end, for as long as {@code seconds}. */
  public void close(long seconds) throws InterruptedException {
    closing = true;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    synchronized (inFlight) {
      while (inFlight.get() > 0 && System.nanoTime() < deadline) {
        inFlight.wait(100);
      }
    }
    if (server != null) {
      try {
        await(server.close());
      } catch (IOException e) {
        LOG.atWarn().addKeyValue("error", e.toString()).log("the event door did not close cleanly");
      }
    }
  }

  private static <T> T await(io.vertx.core.Future<T> future) throws IOException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer from the server within 10 s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void handle(HttpServerRequest request) {
    try {
      Receiver receiver = receiver(request);
      authenticate(request);
      BodyFormat format = receiver.accept().format(request.getHeader(HttpHeaders.CONTENT_TYPE));
      boolean gzip = RequestBody.isGzip(request.getHeader(HttpHeaders.CONTENT_ENCODING));
      new Reception(request, receiver, format, gzip).begin();
    } catch (HttpProblem problem) {
      refuse(request.response(), problem);
    }
  }

  private Receiver receiver(HttpServerRequest request) throws HttpProblem {
    Receiver receiver = receivers.get(request.path());
    if (receiver == null && gate.isClosed()) {
      throw exchanged(); // its route may be on its way back
    }
    if (receiver == null) {
      throw new HttpProblem(
          404,
          "no such path; paths: "
              + String.join(", ", receivers.keySet().stream().sorted().toList()));
    }
    if (!request.method().equals(HttpMethod.POST)) {
      request.response().putHeader(HttpHeaders.ALLOW, "POST");
      throw new HttpProblem(405, "events are sent with POST");
    }
    return receiver;
  }

  private void authenticate(HttpServerRequest request) throws HttpProblem {
    if (settings().tokens().isEmpty()) {
      return;
    }
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    boolean bearer = header != null && header.regionMatches(true, 0, "Bearer ", 0, 7);
    byte[] given = (bearer ? header.substring(7).strip() : "").getBytes(StandardCharsets.UTF_8);
    boolean known = false;
    for (Secret token : settings().tokens()) {
      byte[] expected = token.value().getBytes(StandardCharsets.UTF_8);
      known |= expected.length > 0 && MessageDigest.isEqual(expected, given);
    }
    if (!known) {
      request.response().putHeader("WWW-Authenticate", "Bearer");
      throw new HttpProblem(401, "a bearer token is required (Authorization: Bearer …)");
    }
  }

  private static HttpProblem exchanged() {
    return new HttpProblem(503, "routes are being exchanged; send it again");
  }

  private static void refuse(HttpServerResponse response, HttpProblem problem) {
    if (response.ended() || response.closed()) {
      return;
    }
    if (problem.status() == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(RETRY_AFTER_SECONDS));
    }
    response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .end(HttpAnswers.problem(problem, response.getStatusMessage()));
  }

  /** One request from its first byte to its answer. */
  private final class Reception implements Answer {

    private final HttpServerRequest request;
    private final Receiver receiver;
    private final BodyFormat format;
    private final boolean gzip;
    private final Context context = vertx.getOrCreateContext();
    private final Buffer body = Buffer.buffer();
    private final AtomicLong reserved = new AtomicLong();
    private boolean refused;
    private volatile boolean inside;

    Reception(HttpServerRequest request, Receiver receiver, BodyFormat format, boolean gzip) {
      this.request = request;
      this.receiver = receiver;
      this.format = format;
      this.gzip = gzip;
    }

    void begin() throws HttpProblem {
      if (closing) {
        throw new HttpProblem(503, "the router is stopping");
      }
      String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
      if (length != null && Long.parseLong(length) > settings().maxBody()) {
        throw RequestBody.tooLarge(settings().maxBody());
      }
      if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
        request.response().writeContinue();
      }
      request.handler(this::more).exceptionHandler(gone -> release()).endHandler(end -> received());
    }

    private void more(Buffer chunk) {
      if (refused) {
        return; // the rest of a body that was answered already
      }
      if (body.length() + chunk.length() > settings().maxBody()) {
        refuseNow(RequestBody.tooLarge(settings().maxBody()));
      } else if (!reserve(chunk.length())) {
        refuseNow(busy());
      } else {
        body.appendBuffer(chunk);
      }
    }

    private HttpProblem busy() {
      return new HttpProblem(
          503, "too much is being worked on (router.http.max-in-flight); send it again");
    }

    private void refuseNow(HttpProblem problem) {
      refused = true;
      release();
      refuse(request.response(), problem);
    }

    private void received() {
      if (refused) {
        return;
      }
      if (body.length() <= SMALL_BODY && !gzip) {
        process();
      } else {
        context.executeBlocking(
            () -> {
              process();
              return null;
            },
            false);
      }
    }

    private void process() {
      try {
        byte[] bytes = body.getBytes();
        if (gzip) {
          bytes = RequestBody.inflate(bytes, settings().maxBody());
          if (!reserve(bytes.length)) {
            throw busy();
          }
        }
        Source source = new Source(Source.Kind.HTTP, request.remoteAddress().hostAddress());
        RawBatch batch =
            RequestBody.cut(receiver.path(), source, format, bytes, config.get().maxEventSize());
        gate.enter(() -> handOver(batch));
      } catch (HttpProblem problem) {
        refused(problem);
      } catch (RuntimeException e) {
        LOG.error("a request failed", e);
        refused(new HttpProblem(500, "the request failed; nothing of it is kept"));
      }
    }

    /** Asks for the receiver again: an edit may have taken effect since the request began. */
    private void handOver(RawBatch batch) {
      inside = true;
      try {
        Receiver now = receivers.get(request.path());
        if (now == null) {
          refused(exchanged());
        } else {
          now.receive(batch, this);
        }
      } catch (RuntimeException e) {
        LOG.error("a request failed", e);
        refused(new HttpProblem(500, "the request failed; nothing of it is kept"));
      }
    }

    @Override
    public void taken(int accepted, int deadLettered, int ignored) {
      String taken =
          receiver.accept() == Accept.NOTIFICATIONS
              ? HttpAnswers.taken(accepted, deadLettered, ignored)
              : HttpAnswers.taken(accepted, deadLettered);
      answer(
          () ->
              request
                  .response()
                  .setStatusCode(202)
                  .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                  .end(taken));
    }

    @Override
    public void refused(HttpProblem problem) {
      answer(() -> refuse(request.response(), problem));
    }

    private void answer(Runnable write) {
      if (inside) {
        inside = false;
        gate.leave();
      }
      context.runOnContext(
          now -> {
            if (!request.response().closed()) {
              write.run();
            }
            release();
          });
    }

    private boolean reserve(long bytes) {
      reserved.addAndGet(bytes);
      return inFlight.addAndGet(bytes) <= settings().maxInFlight();
    }

    private void release() {
      inFlight.addAndGet(-reserved.getAndSet(0));
      if (closing) {
        synchronized (inFlight) {
          inFlight.notifyAll();
        }
      }
    }
  }
}
