package io.registryrouter.flow;

import io.registryrouter.config.EventPath;
import io.registryrouter.deadletter.DeadLetterSink;
import io.registryrouter.deadletter.Replay;
import io.registryrouter.decode.Decoder;
import io.registryrouter.deliver.Outcome;
import io.registryrouter.deliver.Requests;
import io.registryrouter.deliver.SentBody;
import io.registryrouter.deliver.SliceSink;
import io.registryrouter.enrich.EnrichedBatch;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.EventBatch;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import io.registryrouter.intake.Duplicates;
import io.registryrouter.intake.Handover;
import io.registryrouter.intake.file.FileIntake;
import io.registryrouter.intake.file.FileReading;
import io.registryrouter.intake.http.HttpProblem;
import io.registryrouter.observe.Balance;
import io.registryrouter.route.Group;
import io.registryrouter.route.Grouper;
import io.registryrouter.spool.Room;
import io.registryrouter.spool.Slice;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.http.HttpConstants;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.hc.core5.http.HttpEntity;

/**
 * The steps that {@code routes/} names with {@code process: { ref: … }}. Each takes a stage's
 * function to the exchange and back; what a stage does stands in its package.
 */
public final class Steps {

  /** Header: the path that a group or a file takes. */
  public static final String EVENT_PATH = "eventPath";

  /** Header: canonical domain of a group's registry. */
  public static final String REGISTRY_DOMAIN = "registryDomain";

  /** Header: true when a group came by the Access Trail path after its cutoff. */
  public static final String AFTER_CUTOFF = "afterCutoff";

  /** Header: true when the body is a list of dead letters, not a group. */
  public static final String DEAD_LETTERS = "deadLetters";

  /** Header that a route sets before it sends a group to the dead letters. */
  public static final String DEAD_LETTER_REASON = "deadLetterReason";

  /** Property: what a request was made of, and its body. */
  private static final String SENT = "sent";

  private record Sent(Slice slice, SentBody body) {}

  private final Decoder decoder = new Decoder();
  private final FileIntake files;
  private final Supplier<Edition> edition;
  private final Duplicates duplicates;
  private final Balance balance;
  private final Room room;
  private final DeadLetterSink deadLetters;
  private final SliceSink archives;

  /**
   * @param edition in force when a step asks
   */
  public Steps(
      Supplier<Edition> edition,
      FileIntake files,
      Duplicates duplicates,
      Balance balance,
      Room room,
      DeadLetterSink deadLetters,
      SliceSink archives) {
    this.files = files;
    this.edition = edition;
    this.duplicates = duplicates;
    this.balance = balance;
    this.room = room;
    this.deadLetters = deadLetters;
    this.archives = archives;
  }

  /** The steps by the names that routes use. */
  Map<String, Processor> byName() {
    Map<String, Processor> steps = new LinkedHashMap<>();
    steps.put("readFile", this::readFile);
    steps.put("decode", this::decode);
    steps.put("enrich", this::enrich);
    steps.put("group", this::group);
    steps.put("durable", durable());
    steps.put("deadLetter", this::deadLetter);
    steps.put("archive", this::archive);
    steps.put("request", this::request);
    steps.put("reply", this::reply);
    return steps;
  }

  /** A file of the inbox, or a file and its name as given on the command line, to its batches. */
  private void readFile(Exchange exchange) throws IOException, InvalidPayloadException {
    EventPath path =
        EventPath.of(exchange.getMessage().getHeader(EVENT_PATH, String.class)).orElseThrow();
    Handover handover = new Handover();
    File file = file(exchange.getMessage());
    String name = exchange.getProperty(FileReading.GIVEN_NAME, String.class);
    FileReading reading =
        name == null
            ? files.read(path, file.toPath(), handover)
            : files.readOnce(path, file.toPath(), name, handover);
    exchange.setProperty(Handover.PROPERTY, handover);
    exchange.setProperty(FileReading.PROPERTY, reading);
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                reading.close();
              }
            });
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(reading);
  }

  /** As it lies there: Camel's converter takes a backslash in a name for a separator. */
  private static File file(Message message) throws InvalidPayloadException {
    return message.getBody() instanceof GenericFile<?> found && found.getFile() instanceof File file
        ? file
        : message.getMandatoryBody(File.class);
  }

  private void decode(Exchange exchange) throws HttpProblem, InvalidPayloadException {
    RawBatch raw = exchange.getMessage().getMandatoryBody(RawBatch.class);
    Handover handover = Handover.of(exchange);
    handover.begin(raw);
    EventBatch batch = decoder.decode(raw);
    boolean http = batch.source().kind() == Source.Kind.HTTP;
    boolean unreadable =
        !raw.isFromEnvelope()
            && batch.events().isEmpty()
            && !batch.deadLetters().isEmpty()
            && batch.deadLetters().stream().allMatch(dead -> dead.reason() == Reason.MALFORMED);
    if (http && unreadable) {
      throw new HttpProblem(
          400, "nothing in the body is a JSON object: " + batch.deadLetters().get(0).detail());
    }
    handover.ignored(raw.ignored());
    exchange.getMessage().setBody(batch);
  }

  private void enrich(Exchange exchange) throws InvalidPayloadException {
    EventBatch batch = exchange.getMessage().getMandatoryBody(EventBatch.class);
    exchange.getMessage().setBody(edition.get().enricher().enrich(batch));
  }

  private void group(Exchange exchange) throws IOException, InvalidPayloadException {
    Handover handover = Handover.of(exchange);
    EnrichedBatch all = exchange.getMessage().getMandatoryBody(EnrichedBatch.class);
    // What is replayed came before, and was not delivered.
    Duplicates.Fresh fresh =
        Replay.isSourceOf(all.batch().source())
            ? new Duplicates.Fresh(all, Set.of())
            : duplicates.newOf(all, handover.claimed());
    EnrichedBatch batch = fresh.batch();
    int suppressed = all.events().size() - batch.events().size();
    List<DeadLetter> dead = batch.batch().deadLetters();
    List<Group> groups = Grouper.group(batch);
    room.require(Grouper.bytes(groups));
    // Not before: a route may well try again when there is no room.
    duplicates.claim(fresh.keys(), handover.claimed());
    if (suppressed > 0) {
      EventPath path = all.batch().path();
      Source source = all.batch().source();
      handover.suppressed(suppressed, () -> balance.suppressed(path, source, suppressed));
    }
    handover.expect(batch.events().size() + dead.size());
    List<Message> messages = new ArrayList<>(groups.size() + 1);
    if (!dead.isEmpty()) {
      messages.add(message(exchange, dead, Map.of(DEAD_LETTERS, true)));
    }
    for (Group group : groups) {
      messages.add(
          message(
              exchange,
              group,
              Map.of(
                  EVENT_PATH, group.path().label(),
                  REGISTRY_DOMAIN, group.registry().domain(),
                  AFTER_CUTOFF, group.afterCutoff())));
    }
    exchange.getMessage().setBody(messages);
  }

  private static Message message(Exchange exchange, Object body, Map<String, Object> headers) {
    Message message = new DefaultMessage(exchange);
    message.setBody(body);
    message.setHeaders(new LinkedHashMap<>(headers));
    return message;
  }

  /** Goes on when everything handed over is on disk, without holding the thread until then. */
  private AsyncProcessor durable() {
    return new AsyncProcessorSupport() {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        Handover handover;
        try {
          handover = whole(exchange);
        } catch (IllegalStateException e) { // thrown from here nobody would hear of it
          exchange.setException(e);
          callback.done(true);
          return true;
        }
        handover
            .durable()
            .thenRun(() -> acknowledge(handover))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) { // by thenRun a CompletionException
                    exchange.setException(failure.getCause());
                  }
                  callback.done(false);
                });
        return false;
      }
    };
  }

  private static Handover whole(Exchange exchange) {
    Handover handover = Handover.of(exchange);
    Optional<IllegalStateException> stray = handover.stray();
    if (!handover.hasFailed() && stray.isPresent()) {
      throw stray.get();
    }
    return handover;
  }

  private void acknowledge(Handover handover) {
    duplicates.remember(handover.claimed());
    balance.ignored(handover.ignored());
    handover.confirm();
  }

  private void deadLetter(Exchange exchange) throws IOException {
    Handover handover = Handover.of(exchange);
    try {
      if (exchange.getMessage().getBody() instanceof Group group) {
        duplicates.disclaim(group.enriched(), handover.claimed());
      }
      deadLetters.accept(deadLetters(exchange), handover);
    } catch (IOException | RuntimeException e) {
      handover.failed(e); // whatever the route makes of it
      throw e;
    }
  }

  @SuppressWarnings("unchecked")
  private static List<DeadLetter> deadLetters(Exchange exchange) {
    Object body = exchange.getMessage().getBody();
    return body instanceof Group group
        ? group.deadLetters(
            Reason.parse(exchange.getMessage().getHeader(DEAD_LETTER_REASON, String.class)))
        : (List<DeadLetter>) body;
  }

  private void archive(Exchange exchange) throws IOException {
    archives.append(slice(exchange));
    exchange.getMessage().setBody(new Outcome.Delivered());
  }

  private static Slice slice(Exchange exchange) {
    if (exchange.getMessage().getBody() instanceof Slice slice) {
      return slice;
    }
    throw new IllegalStateException(
        "`archive` and `request` take the events of `from: spool:…`, and a step before them has put"
            + " something else in their place");
  }

  private void request(Exchange exchange) throws IOException {
    Slice slice = slice(exchange);
    Requests requests = edition.get().requests();
    Requests.Request request = requests.request(slice);
    exchange.setProperty(SENT, new Sent(slice, request.body()));
    Message message = exchange.getMessage();
    message.setHeaders(new LinkedHashMap<>(request.headers()));
    message.setHeader(HttpConstants.HTTP_URI, requests.url(slice));
    message.setHeader(HttpConstants.HTTP_METHOD, "POST"); // or Camel gets what has a query
    message.setBody(request.body());
  }

  private void reply(Exchange exchange) throws IOException {
    Message message = exchange.getMessage();
    Integer status = message.getHeader(HttpConstants.HTTP_RESPONSE_CODE, Integer.class);
    String retryAfter = message.getHeader("Retry-After", String.class);
    Sent sent = exchange.getProperty(SENT, Sent.class);
    if (status == null || sent == null) {
      throw new IllegalStateException(
          "`reply` stands behind `request` and `to: http:…`, and one of these was not passed");
    }
    Optional<String> stray = sent.body().stray(status);
    if (stray.isPresent()) {
      message.setBody(Outcome.Retry.untilMended(stray.get()));
      return;
    }
    // A reply without a body leaves none or that of the request; for either Camel would look
    // through all its converters.
    boolean empty = message.getBody() == null || message.getBody() instanceof HttpEntity;
    try (InputStream body = empty ? null : message.getBody(InputStream.class)) {
      message.setBody(edition.get().replies().outcome(sent.slice(), status, retryAfter, body));
    }
  }
}
