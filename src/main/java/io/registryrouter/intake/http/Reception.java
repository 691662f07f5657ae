package io.registryrouter.intake.http;

import io.registryrouter.config.HttpSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.intake.Gate;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request from the first byte of its body to its answer. */
final class Reception implements EventDoor.Answer {

  private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

  /** Larger bodies are decoded on a worker thread, so that they do not hold up other requests. */
  private static final int SMALL_BODY = 32 * 1024;

  private final Surroundings door;
  private final HttpServerRequest request;
  private final DoorGuard.Admission admission;
  private final Connections.Visit visit;
  private final InFlight.Share share;
  private final Context context;
  private final int announced;
  private byte[] body = new byte[0];
  private int length;
  private boolean refused;
  private volatile boolean inside;

  /** What all requests have in common. */
  record Surroundings(
      Supplier<RouterConfig> config, Receivers receivers, Gate gate, HttpAnswers answers) {

    private HttpSettings settings() {
      return config.get().http();
    }
  }

  /**
   * @param context of the request; everything but {@link #process} happens there
   */
  Reception(
      Surroundings door,
      HttpServerRequest request,
      DoorGuard.Admission admission,
      Connections.Visit visit,
      InFlight.Share share,
      Context context) {
    this.door = door;
    this.request = request;
    this.admission = admission;
    this.visit = visit;
    this.share = share;
    this.context = context;
    this.announced = admission.length();
  }

  void begin() {
    try {
      receive();
    } catch (RuntimeException | Error e) {
      share.release();
      throw e;
    }
  }

  private void receive() {
    visit.receives(this::tooSlow);
    if (HttpAnswers.isContinueExpected(request) && request.version() != HttpVersion.HTTP_1_0) {
      request.response().writeContinue();
    }
    request
        .handler(this::more)
        .exceptionHandler(gone -> share.release())
        .endHandler(end -> received());
  }

  private void more(Buffer chunk) {
    if (refused) {
      return; // the rest of a body that was answered already
    }
    try {
      makeRoom(chunk.length());
      chunk.getBytes(body, length);
      length += chunk.length();
    } catch (HttpProblem problem) {
      giveUp();
      door.answers().refuse(request, problem);
    }
  }

  /**
   * What is announced is taken in without a copy; what is in memory is what counts as in flight.
   */
  private void makeRoom(int more) throws HttpProblem {
    long needed = (long) length + more;
    long maxBody = door.settings().maxBody();
    if (needed > maxBody) {
      throw RequestBody.tooLarge(maxBody);
    }
    if (needed > body.length) {
      long room = Math.max(needed, Math.max(announced, Math.min(2L * body.length, maxBody)));
      share.add(room - body.length, door.settings().maxInFlight());
      body = Arrays.copyOf(body, (int) room);
    }
  }

  private void tooSlow() {
    HttpProblem problem =
        new HttpProblem(408, "it did not come within router.http.request-timeout; send it again");
    if (refused) {
      visit.close();
    } else {
      visit.turnOut();
      giveUp();
      door.answers().refuseAndClose(request, problem);
    }
  }

  /** What still comes of it is passed by. */
  private void giveUp() {
    refused = true;
    share.release();
  }

  private void received() {
    if (refused) {
      visit.idle();
      return;
    }
    visit.received();
    if (length <= SMALL_BODY && !admission.gzip()) {
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
      RawBatch batch = cut();
      door.gate().enter(() -> handOver(batch));
    } catch (HttpProblem problem) {
      refused(problem);
    } catch (RuntimeException | Error e) { // an error too: who waits must hear of it
      failed(e);
    }
  }

  private RawBatch cut() throws HttpProblem {
    byte[] bytes = length == body.length ? body : Arrays.copyOf(body, length);
    body = new byte[0]; // of a batch with a buffer of its own nobody needs it any more
    long maxInFlight = door.settings().maxInFlight();
    RequestBody.Budget budget = more -> share.add(more, maxInFlight);
    if (admission.gzip()) {
      bytes = RequestBody.inflate(bytes, door.settings().maxBody(), budget);
    }
    RawBatch batch =
        RequestBody.cut(
            admission.receiver().path(),
            new Source(Source.Kind.HTTP, request.remoteAddress().hostAddress()),
            admission.format(),
            bytes,
            door.config().get().maxEventSize(),
            budget);
    budget.add((long) InFlight.BYTES_PER_EVENT * batch.size());
    return batch;
  }

  private void handOver(RawBatch batch) {
    inside = true;
    try {
      door.receivers().again(request.path()).receive(batch, this);
    } catch (HttpProblem problem) {
      refused(problem);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  private void failed(Throwable e) {
    LOG.error("a request failed", e);
    refused(new HttpProblem(500, "the request failed; the router's log says why"));
  }

  @Override
  public void taken(int accepted, int deadLettered, int ignored) {
    boolean mayIgnore = admission.receiver().accept() == Accept.NOTIFICATIONS;
    String taken =
        HttpAnswers.taken(
            accepted, deadLettered, mayIgnore ? OptionalInt.of(ignored) : OptionalInt.empty());
    LOG.atDebug()
        .addKeyValue("accepted", accepted)
        .addKeyValue("deadLettered", deadLettered)
        .log("a request was taken");
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
    answer(() -> door.answers().refuse(request, problem));
  }

  private void answer(Runnable write) {
    if (inside) {
      inside = false;
      door.gate().leave();
    }
    context.runOnContext(
        now -> {
          visit.idle();
          share.release(); // before its client, who may come by another connection, knows
          if (!request.response().closed()) {
            write.run();
          }
        });
  }
}
