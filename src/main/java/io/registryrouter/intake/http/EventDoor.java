package io.registryrouter.intake.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.NotSslRecordException;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.HttpSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.Gate;
import io.registryrouter.observe.OnceAMinute;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server for events: HTTP/1.1 and 1.0, with TLS by setting. What passes the {@link
 * DoorGuard} is taken in by a {@link Reception}, which gives it to the receiver of its path. No
 * thread is held while a request waits. Of the request only the body and the peer's address go on.
 */
public final class EventDoor {

  private static final Logger LOG = LoggerFactory.getLogger(EventDoor.class);
  private static final long LOOK_MILLIS = 250;

  /** To Vert.x a port below 0 is any free one, the same for all servers that name it. */
  private static final int SHARED_PORT = -1;

  /** The paths are short and take no query. */
  private static final int MAX_REQUEST_LINE = 1024;

  private final Supplier<RouterConfig> config;
  private final Vertx vertx;
  private final Receivers receivers;
  private final InFlight inFlight = new InFlight();
  private final HttpAnswers answers;
  private final Reception.Surroundings surroundings;
  private final DoorGuard guard;
  private final Connections connections;
  private final OnceAMinute refusedTls = new OnceAMinute();
  private final OnceAMinute failedLooks = new OnceAMinute();
  private HttpServerOptions options;

  /** Null where the door does not speak TLS. */
  private volatile DoorTls tls;

  private final Queue<HttpServer> servers = new ConcurrentLinkedQueue<>();
  private volatile boolean open;
  private volatile boolean looking;
  private long timer;

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

    /** Not acknowledged. */
    void refused(HttpProblem problem);
  }

  /**
   * @param config as it is now; host, port, TLS and the size of headers are those of the start
   * @param vertx null where nothing listens
   * @param gate where each request passes
   * @param meters count what is refused
   */
  public EventDoor(Supplier<RouterConfig> config, Vertx vertx, Gate gate, MeterRegistry meters) {
    this.config = config;
    this.vertx = vertx;
    this.receivers = new Receivers(gate::isClosed);
    this.answers = new HttpAnswers(meters);
    this.surroundings = new Reception.Surroundings(config, receivers, gate, answers);
    this.guard = new DoorGuard(this::settings, receivers, System::nanoTime);
    this.connections = new Connections(this::settings, System::nanoTime);
  }

  private HttpSettings settings() {
    return config.get().http();
  }

  void register(String path, Receiver receiver) {
    receivers.put(path, receiver);
  }

  void unregister(String path, Receiver receiver) {
    receivers.remove(path, receiver);
  }

  /**
   * Opens the door.
   *
   * @return the port, which the system chose when the settings say 0
   * @throws IOException when it cannot be opened there, or its certificate cannot be used
   */
  public int listen() throws IOException {
    return listen(loops(Runtime.getRuntime().availableProcessors()));
  }

  /** Of two cores one is left to what brings to disk and delivers. */
  static int loops(int cores) {
    return cores > 2 ? 2 : 1;
  }

  int listen(int loops) throws IOException {
    HttpSettings settings = settings();
    options =
        new HttpServerOptions()
            .setReuseAddress(true)
            .setHttp2ClearTextEnabled(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(settings.maxHeaderSize());
    if (settings.tls().certificate().isPresent()) {
      tls = new DoorTls(settings.tls());
      tls.configure(options);
    }
    try {
      await(vertx.deployVerticle(Loop::new, new DeploymentOptions().setInstances(loops)));
    } catch (IOException e) {
      throw new IOException(
          String.format(
              "cannot listen on %s:%d (router.http.host, router.http.port): %s",
              settings.host(), settings.port(), e.getMessage()),
          e);
    }
    timer = vertx.setPeriodic(LOOK_MILLIS, id -> look());
    open = true;
    return servers.element().actualPort();
  }

  /** A server on an event loop of its own; those of a port share out its connections. */
  private final class Loop extends AbstractVerticle {

    @Override
    public void start(Promise<Void> started) {
      HttpSettings settings = settings();
      vertx
          .createHttpServer(options)
          .connectionHandler(EventDoor.this::connected)
          .invalidRequestHandler(EventDoor.this::invalid)
          .exceptionHandler(EventDoor.this::notMade)
          .requestHandler(EventDoor.this::handle)
          .listen(settings.port() == 0 ? SHARED_PORT : settings.port(), settings.host())
          .onSuccess(
              listening -> {
                servers.add(listening);
                started.complete();
              })
          .onFailure(started::fail);
    }
  }

  /** Before it is one to the router, and so, but for resets, in TLS. What was sent is not shown. */
  private void notMade(Throwable e) {
    SSLException failure = ExceptionUtils.throwableOfType(e, SSLException.class);
    if (failure == null) {
      LOG.debug("a connection was not made: {}", e.getClass().getName());
    } else if (refusedTls.isDue(Instant.now())) {
      LOG.atWarn()
          .addKeyValue(
              "error",
              failure instanceof NotSslRecordException ? "it spoke no TLS" : failure.getMessage())
          .log("a client could not be spoken to in TLS");
    }
  }

  private void look() {
    connections.look();
    boolean anything = tls != null || guard.asksForTokens();
    if (anything && !looking) { // a file system that does not answer is not asked again and again
      looking = true;
      vertx
          .executeBlocking(
              () -> {
                guard.look();
                if (tls != null) {
                  tls.look(servers.element()); // it is that of all
                }
                return null;
              })
          .onFailure(this::notLooked)
          .onComplete(done -> looking = false);
    }
  }

  private void notLooked(Throwable unexpected) {
    if (failedLooks.isDue(Instant.now())) {
      LOG.error(
          "whether files of tokens or certificates have changed could not be found out; what was"
              + " read last stays in force, and it is tried again",
          unexpected);
    }
  }

  /** Why nothing comes in: before it is open, and once it closes. */
  public Optional<String> obstacle() {
    return open ? Optional.empty() : Optional.of("the event door is not open");
  }

  /** What it takes; who reads files alone wants nothing. */
  public String takes() {
    return receivers.isEmpty() ? "no route takes events over HTTP" : "takes events over HTTP";
  }

  /** When the certificates in force end, by file; empty without TLS. */
  public Map<String, Instant> certificateEnds() {
    return tls == null ? Map.of() : tls.ends();
  }

  /** Takes no more requests and lets those in flight end, for so long at most. */
  public void close(Duration time) throws InterruptedException {
    open = false;
    inFlight.close(time);
    if (!servers.isEmpty()) {
      vertx.cancelTimer(timer);
      try {
        await(Future.all(servers.stream().map(HttpServer::close).toList()));
      } catch (IOException e) {
        LOG.atWarn().addKeyValue("error", e.toString()).log("the event door did not close cleanly");
      }
    }
  }

  private static <T> T await(Future<T> future) throws IOException {
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

  private void connected(HttpConnection connection) {
    Context loop = vertx.getOrCreateContext();
    connections.add(connection, task -> loop.runOnContext(now -> task.run()));
    Channel channel = ((ConnectionBase) connection).channel();
    DoorDecoder.install(connection, options, false);
    // Vert.x does not call its close handler for a client that leaves in the middle of a request
    // behind one that is not answered yet.
    channel.closeFuture().addListener(closed -> connections.forget(connection));
  }

  private void handle(HttpServerRequest request) {
    Connections.Visit visit = connections.of(request.connection());
    if (visit == null) {
      return; // turned out, or gone already
    }
    visit.begun();
    if (request.response().writeQueueFull()) { // its client does not read, or sends far ahead
      visit.close();
      return;
    }
    try {
      DoorGuard.Admission admission = guard.admit(request);
      Context context = vertx.getOrCreateContext();
      InFlight.Share share = inFlight.begin();
      new Reception(surroundings, request, admission, visit, share, context).begin();
    } catch (HttpProblem problem) {
      if (problem.status() == 501 || HttpAnswers.isContinueExpected(request)) {
        turnOut(visit, request, problem);
      } else {
        request.endHandler(end -> visit.idle()); // once the rest of it is there
        answers.refuse(request, problem);
      }
    }
  }

  /** What is no HTTP/1 request, or larger than the limits. */
  private void invalid(HttpServerRequest request) {
    Connections.Visit visit = connections.of(request.connection());
    if (visit != null) {
      turnOut(visit, request, invalid(request.decoderResult().cause()));
    }
  }

  /** Where its body ends is not known: what comes next on the connection is not listened to. */
  private void turnOut(Connections.Visit visit, HttpServerRequest request, HttpProblem problem) {
    visit.turnOut();
    answers.refuseAndClose(request, problem);
  }

  private static HttpProblem invalid(Throwable why) {
    if (why instanceof TooLongHttpLineException) {
      return new HttpProblem(414, "the request line is longer than " + MAX_REQUEST_LINE + " bytes");
    }
    return why instanceof TooLongHttpHeaderException || why instanceof TooLongFrameException
        ? new HttpProblem(431, "the headers are larger than router.http.max-header-size")
        : new HttpProblem(400, "it is no valid HTTP/1.1 request");
  }
}
