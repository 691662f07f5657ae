package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Reason;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.DeliveryStatus;
import io.registryrouter.spool.AnsweredLines;
import io.registryrouter.spool.Groups;
import io.registryrouter.spool.LogFixture;
import io.registryrouter.spool.Slice;
import io.registryrouter.spool.SpoolLog;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent, in which order, when a destination stores requests in part. */
@Timeout(60)
class DeliveryLoopTest {

  private static final String OWN = "router.destination.us-south.";

  @RegisterExtension final Warnings warnings = new Warnings(AnsweredLines.class);
  @RegisterExtension final Warnings retries = new Warnings(DeliveryLoop.class);
  @TempDir private Path directory;
  private TestHome home;
  private SpoolLog log;
  private Balance balance;
  private DeliveryStatus status;
  private DeliveryLoop loop;
  private final List<String> sent = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private final Deque<Outcome> answers = new ArrayDeque<>();
  private final List<DeadLetter> dead = new ArrayList<>();
  private Instant now = LogFixture.CLOCK.instant();
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private Error error;
  private Runnable whileSending = () -> {};
  private boolean noRoomForDeadLetters;
  private int noRoomAfter = Integer.MAX_VALUE;
  private boolean killedBehindDeadLetters;

  @BeforeEach
  void open() throws IOException {
    home =
        TestHome.in(directory)
            .set(OWN + "type", "http")
            .set(OWN + "url", "https://logs.example/")
            .set(OWN + "format", "logdna");
    log = LogFixture.open(directory.resolve("spool"));
    start();
  }

  private void start() {
    balance = new Balance(new SimpleMeterRegistry());
    balance.watch("us-south", log::backlog);
    status = new DeliveryStatus(clock);
    makeTheRoute();
  }

  /** As an edit does. */
  private void makeTheRoute() {
    RouterConfig config = home.config();
    loop =
        new DeliveryLoop(
            log.undelivered(),
            config.destinations().get("us-south"),
            this::send,
            this::bury,
            balance,
            status,
            clock,
            new Ages(clock, clock));
  }

  private Outcome send(Slice slice) {
    sent.add(LogFixture.text(slice));
    keys.add(slice.from() + "-" + slice.to());
    whileSending.run();
    if (error != null) {
      Error thrown = error;
      error = null;
      throw thrown;
    }
    return answers.isEmpty() ? new Outcome.Delivered() : answers.poll();
  }

  private void bury(List<DeadLetter> letters) throws IOException {
    if (noRoomForDeadLetters || dead.size() >= noRoomAfter) {
      throw new IOException("No space left on device");
    }
    dead.addAll(letters);
    if (killedBehindDeadLetters) {
      throw new IllegalStateException("killed");
    }
  }

  private void stepThatIsKilledBehindDeadLetters() throws Exception {
    killedBehindDeadLetters = true;
    loop.step();
    killedBehindDeadLetters = false;
    crash();
  }

  /** A crash: what was in memory is gone. */
  private void crash() throws IOException {
    log.close();
    log = LogFixture.open(directory.resolve("spool"));
    start();
  }

  private void answer(Integer... statuses) {
    boolean again = Stream.of(statuses).anyMatch(status -> status >= 500);
    Optional<Outcome.Retry> retry = Optional.of(new Outcome.Retry("some were not stored"));
    answers.add(new Outcome.Partly(List.of(statuses), again ? retry : Optional.empty()));
  }

  private void deliverAll() throws InterruptedException {
    while (log.backlog() > 0) {
      loop.step();
    }
  }

  private List<String> buried() {
    return dead.stream()
        .map(letter -> ((DeadLetter.Json) letter.original()).object())
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  /** As it came, without what the router added. */
  private static String event(String id) {
    return "{\"id\":\"" + id + "\"}";
  }

  @Test
  void aDestinationThatRefusedEverythingIsStillSuspectAfterACrash() throws Exception {
    LogFixture.append(log, ids(30));
    refuse();
    crash();
    refuse();

    assertThat(dead).hasSize(10);
    answers.clear();
    deliverAll();
    LogFixture.append(log, "good", "bad");
    answers.add(new Outcome.Reject(400, ""));
    answers.add(new Outcome.Delivered());
    answers.add(new Outcome.Reject(400, ""));
    crash();
    deliverAll();
    assertThat(buried()).hasSize(11).last().isEqualTo(event("bad"));
  }

  /** Only the last of them, which is not full, may wait for more. */
  @Test
  void aRequestThatIsFullOfEventsWaitsForNoMore() throws Exception {
    home.set(OWN + "batch-events", "2").set(OWN + "linger", "1h");
    start();
    LogFixture.append(log, "1", "2", "3", "4");
    answers.add(new Outcome.Retry("HTTP status 503"));

    for (int i = 0; i < 3; i++) {
      loop.step();
    }

    assertThat(sent)
        .containsExactly(Groups.lines("1", "2"), Groups.lines("1", "2"), Groups.lines("3", "4"));
  }

  /** With the smaller limit it would have another key, and perhaps arrive twice. */
  @Test
  void aRequestIsAtMostBatchBytesButARangeThatWasBegunStaysAsItIs() throws Exception {
    LogFixture.append(log, "1", "2", "3", "4");
    answers.add(new Outcome.Retry("HTTP status 503"));
    loop.step();
    home.set(OWN + "batch-bytes", "400");
    crash();
    LogFixture.append(log, "5", "6", "7", "8");

    deliverAll();

    assertThat(keys.get(1)).isEqualTo(keys.get(0));
    assertThat(sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4"),
            Groups.lines("1", "2", "3", "4"),
            Groups.lines("5", "6"),
            Groups.lines("7", "8"));
  }

  @Test
  void whatWasBegunOrIsHalvedWaitsForNoMore() throws Exception {
    home.set(OWN + "batch-events", "4").set(OWN + "linger", "1h");
    start();
    LogFixture.append(log, "1", "2", "3", "4");
    answers.add(new Outcome.Reject(400, ""));
    loop.step();
    answers.add(new Outcome.Retry("HTTP status 503"));
    loop.step();
    loop.step();
    loop.step();

    assertThat(sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4"),
            Groups.lines("1", "2"),
            Groups.lines("1", "2"),
            Groups.lines("3", "4"));
  }

  @Test
  void partsOfARefusedRangeWaitForNoMore() throws Exception {
    home.set(OWN + "batch-events", "100").set(OWN + "linger", "1h");
    start();
    LogFixture.append(
        log, IntStream.range(0, 100).mapToObj(String::valueOf).toArray(String[]::new));
    answers.add(new Outcome.Reject(400, ""));
    answers.add(new Outcome.Reject(400, ""));

    deliverAll();

    assertThat(sent).hasSize(5).last().isEqualTo(lines(50, 100)); // 100, 50, 25, 25, 50
  }

  @Test
  void linesThatWereNotStoredWaitForNoMore() throws Exception {
    home.set(OWN + "batch-events", "3").set(OWN + "linger", "1h");
    start();
    LogFixture.append(log, "1", "2", "3");
    answer(200, 500, 200);

    deliverAll();

    assertThat(sent).containsExactly(Groups.lines("1", "2", "3"), Groups.line("2"));
  }

  private static String lines(int from, int to) {
    return Groups.lines(IntStream.range(from, to).mapToObj(String::valueOf).toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"at\":\"2019-08-15T", "{"})
  void aDamagedIndexKeepsNothingFromBeingDelivered(String damaged) throws Exception {
    LogFixture.append(log, "1", "2");
    Path index = directory.resolve("spool/00000000000000000000.index");
    Files.writeString(
        index, Files.readString(index).replace(damaged, "!".repeat(damaged.length())));
    answers.add(new Outcome.Retry("HTTP status 503"));

    deliverAll();

    assertThat(sent).containsExactly(Groups.lines("1", "2"), Groups.lines("1", "2"));
    assertThat(dead).isEmpty();
  }

  @Test
  void aFaultOfTheRouterIsNotSaidToBeOneOfItsDiskAndIsShownOnce() throws Exception {
    LogFixture.append(log, "1");
    whileSending =
        () -> {
          if (sent.size() <= 3) {
            throw new IllegalStateException("a mistake");
          }
        };

    loop.step();
    assertThat(status.trouble().why())
        .isEqualTo("the router itself: java.lang.IllegalStateException: a mistake");
    deliverAll();

    assertThat(retries.said()).filteredOn(said -> said.equals("destination=us-south")).hasSize(1);
    assertThat(sent).hasSize(4);
  }

  @Test
  void whatIsRefusedIsADeadLetterAlsoWhenItsIndexIsDamaged() throws Exception {
    LogFixture.append(log, "1");
    Path index = directory.resolve("spool/00000000000000000000.index");
    Files.writeString(index, Files.readString(index).replace("{", "!"));
    answers.add(new Outcome.Reject(400, ""));

    deliverAll();

    assertThat(buried()).containsExactly(event("1"));
    assertThat(dead.get(0).source().name()).isEqualTo("spool/us-south");
  }

  @Test
  void theTroubleIsOverWhenItAnswersAlsoThatItRefuses() throws Exception {
    LogFixture.append(log, "1", "2");
    answers.add(new Outcome.Retry("it refuses connections"));
    answers.add(new Outcome.Reject(400, ""));
    answers.add(new Outcome.Reject(400, ""));

    while (dead.isEmpty()) {
      loop.step();
    }

    assertThat(buried()).containsExactly(event("1"));
    assertThat(status.trouble()).isNull();
    assertThat(retries.words())
        .containsExactly("not delivered, will be tried again", "delivering again");
  }

  @Test
  void howOftenADestinationRefusedIsNotForgottenInACrash() throws Exception {
    LogFixture.append(log, ids(30));
    while (dead.size() < 7) {
      answers.add(new Outcome.Reject(400, ""));
      loop.step();
    }
    answers.clear();
    crash();
    refuse();

    assertThat(dead).hasSize(10);
  }

  @Test
  void whatADestinationStoredBeforeDoesNotClearItOfRefusingEverythingNow() throws Exception {
    LogFixture.append(log, ids(60));
    answer(inTurns(60, 200, 500));
    loop.step();
    refuse();

    assertThat(dead).hasSize(10);
    assertThat(status.trouble().operator()).isTrue();
  }

  @Test
  void whatAReplyRefusesAmongWhatItStoresIsNotTheDestinationsFaultHoweverMuchItIs()
      throws Exception {
    LogFixture.append(log, ids(61));
    Integer[] statuses = inTurns(61, 400, 200);
    statuses[0] = 500;
    answer(statuses);
    deliverAll();

    assertThat(dead).hasSize(30);
    assertThat(sent).hasSize(2).endsWith(Groups.line("0"));
    assertThat(retries.words())
        .containsExactly("not delivered, will be tried again", "delivering again");
  }

  @Test
  void norWhenItRefusesEachByAReplyOfTheSameKind() throws Exception {
    LogFixture.append(log, ids(60));
    answer(inTurns(60, 200, 500));
    loop.step();
    for (int i = 0; i < 100; i++) {
      answer(400);
    }
    while (!answers.isEmpty()) {
      loop.step();
    }

    assertThat(dead).hasSize(10);
    assertThat(status.trouble().operator()).isTrue();
  }

  /** Nine refused, one stored, and so on, behind one that is to be sent again. */
  @Test
  void anEditInTheMiddleOfAReplyMakesNoDestinationSuspect() throws Exception {
    LogFixture.append(log, ids(31));
    answer(
        IntStream.range(0, 31)
            .mapToObj(i -> i == 0 ? 500 : i % 10 == 0 ? 200 : 400)
            .toArray(Integer[]::new));
    loop.step();
    loop.step();
    for (int i = 0; i < 3; i++) {
      noRoomAfter = dead.size() + 8;
      loop.step();
      makeTheRoute();
    }
    noRoomAfter = Integer.MAX_VALUE;
    deliverAll();
    loop.step();

    assertThat(dead).hasSize(27);
    assertThat(sent).hasSize(2);
    assertThat(status.trouble()).isNull();
  }

  @Test
  void thatADestinationIsSuspectIsSaidAlsoWhenTheSameReplyAsksForAnotherTry() throws Exception {
    LogFixture.append(log, ids(30));
    for (int events : List.of(30, 20, 20)) {
      Integer[] statuses = inTurns(events, 400, 400);
      statuses[events - 1] = 500;
      answer(statuses);
      loop.step();
    }

    assertThat(dead).hasSize(10);
    assertThat(status.trouble().operator()).isTrue();
    assertThat(status.trouble().attempts()).isEqualTo(3);
  }

  @Test
  void whatWasRefusedBeforeEndsNoTrouble() throws Exception {
    for (String id : List.of("1", "2", "3")) {
      LogFixture.append(log, id);
    }
    answer(500, 400, 500);
    loop.step();
    answers.add(Outcome.Retry.untilMended("HTTP status 401"));
    loop.step();
    now = now.plus(Duration.ofDays(30));
    loop.step();

    assertThat(dead)
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.EXPIRED, Reason.REJECTED);
    assertThat(status.trouble().why()).isEqualTo("HTTP status 401");
  }

  @Test
  void theTroubleIsOverAlsoWhenTheLastThatWaitsWasStoredBefore() throws Exception {
    LogFixture.append(log, "1");
    LogFixture.append(log, "2");
    answer(500, 200);
    loop.step();
    now = now.plus(Duration.ofDays(30));
    deliverAll();
    loop.step();

    assertThat(dead).hasSize(1);
    assertThat(status.trouble()).isNull();
  }

  private static String[] ids(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toArray(String[]::new);
  }

  private static Integer[] inTurns(int count, int even, int odd) {
    return IntStream.range(0, count).mapToObj(i -> i % 2 == 0 ? even : odd).toArray(Integer[]::new);
  }

  @Test
  void theTroubleOfADestinationForWhichNothingWaitsAnyMoreIsOver() throws Exception {
    LogFixture.append(log, "1", "2");
    answers.add(new Outcome.Retry("HTTP status 401"));
    loop.step();
    assertThat(status.trouble()).isNotNull();

    now = now.plus(Duration.ofDays(30));
    deliverAll();
    loop.step();

    assertThat(dead).hasSize(2);
    assertThat(status.trouble()).isNull();
  }

  @Test
  void thatADestinationIsSuspectIsSaidAlsoRightAfterAnotherTrouble() throws Exception {
    LogFixture.append(log, ids(30));
    answers.add(new Outcome.Retry("it refuses connections"));
    loop.step();
    refuse();

    assertThat(retries.words())
        .containsExactly(
            "not delivered, will be tried again",
            "delivering again",
            "not delivered, an operator has to act; tried again until then");
  }

  @Test
  void whatIsRefusedAndCannotBecomeADeadLetterYetIsNotSentAgain() throws Exception {
    LogFixture.append(log, "bad");
    answers.add(new Outcome.Reject(400, "field x is missing"));
    noRoomForDeadLetters = true;
    for (int attempt = 0; attempt < 20; attempt++) {
      assertThat(loop.step()).isPositive();
    }
    assertThat(dead).isEmpty();

    noRoomForDeadLetters = false;
    loop.step();

    assertThat(sent).containsExactly(Groups.line("bad"));
    assertThat(buried()).containsExactly(event("bad"));
    assertThat(dead.get(0).delivery().response()).isEqualTo("field x is missing");
    assertThat(log.backlog()).isZero();
  }

  /** Every request, for longer than a destination is believed. */
  private void refuse() throws InterruptedException {
    answers.clear();
    for (int i = 0; i < 100; i++) {
      answers.add(new Outcome.Reject(400, ""));
    }
    while (!answers.isEmpty()) {
      loop.step();
    }
  }

  @Test
  void whatHasWaitedLongForItsRouteIsTriedBeforeItExpires() throws Exception {
    LogFixture.append(log, "1");
    answers.add(new Outcome.Retry("HTTP status 503"));
    loop.step();
    now = now.plus(Duration.ofDays(30)); // without its route

    makeTheRoute();
    deliverAll();

    assertThat(sent).containsExactly(Groups.line("1"), Groups.line("1"));
    assertThat(dead).isEmpty();
    assertThat(status.trouble()).isNull();
  }

  @Test
  void aRefusedRangeThatBecomesTooOldHoldsNothingUpThatComesLater() throws Exception {
    LogFixture.append(log, "1", "2");
    answers.add(new Outcome.Reject(400, ""));
    answers.add(new Outcome.Retry("HTTP status 503"));
    loop.step();
    loop.step();

    now = now.plus(Duration.ofDays(30));
    deliverAll();
    now = LogFixture.CLOCK.instant(); // as which every append is noted
    LogFixture.append(log, "3");
    deliverAll();

    assertThat(sent).containsExactly(Groups.lines("1", "2"), Groups.line("1"), Groups.line("3"));
    assertThat(buried()).containsExactly(event("1"), event("2"));
    assertThat(dead).allMatch(letter -> letter.reason() == Reason.EXPIRED);
  }

  @Test
  void whatIsADeadLetterAsTheRouterIsKilledIsNotDeliveredAsWell() throws Exception {
    LogFixture.append(log, "1", "2");
    LogFixture.append(log, "3");
    answers.add(new Outcome.Retry("HTTP status 503"));
    loop.step();
    now = now.plus(Duration.ofDays(30));
    stepThatIsKilledBehindDeadLetters();
    sent.clear();
    deliverAll();

    assertThat(sent).containsExactly(Groups.line("3"));
    assertThat(buried()).containsExactly(event("1"), event("2"), event("1"), event("2"));
    assertThat(dead.get(0).detail())
        .isEqualTo("not delivered to us-south within 3d (expire-after); last: HTTP status 503");
    assertThat(dead.get(2).detail())
        .isEqualTo("not delivered to us-south within 3d (expire-after)");
  }

  @Test
  void whatWasRefusedAsTheRouterIsKilledIsNotDeliveredAsWell() throws Exception {
    LogFixture.append(log, "1", "2", "3");
    Outcome refused = Reply.classifyLine(400);
    answers.addAll(List.of(refused, refused, new Outcome.Delivered(), refused));
    loop.step();
    loop.step();
    loop.step();
    stepThatIsKilledBehindDeadLetters();
    sent.clear();
    deliverAll();

    assertThat(sent).containsExactly(Groups.line("3"));
    assertThat(buried()).containsExactly(event("2"), event("2"));
    assertThat(dead).extracting(letter -> letter.delivery().status()).containsExactly(400, 400);
  }

  @Test
  void theEndOfATroubleThatWasNotSaidIsNotSaidEither() throws Exception {
    for (String id : List.of("1", "2", "3")) {
      LogFixture.append(log, id);
      answers.add(new Outcome.Retry("HTTP status 503"));
      loop.step();
      loop.step();
    }

    assertThat(sent).hasSize(6);
    assertThat(retries.words())
        .containsExactly("not delivered, will be tried again", "delivering again");
  }

  @Test
  void aDestinationInTroubleIsWarnedOfOnceAMinuteWhateverTheClockIsSetTo() throws Exception {
    LogFixture.append(log, "1");
    Duration[] steps = {Duration.ZERO, Duration.ofMinutes(1), Duration.ofDays(-1), Duration.ZERO};

    for (Duration step : steps) {
      now = now.plus(step);
      answers.add(new Outcome.Retry("HTTP status 503"));
      loop.step();
    }

    assertThat(retries.said()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400})
  void whatIsConcludedIsNotSentAgainWhileTheCursorCannotBeMoved(int status) throws Exception {
    LogFixture.append(log, "1");
    answers.add(Reply.classifyLine(status));
    whileSending = () -> linkCursorTo(Path.of("/dev/full"));

    assertThat(loop.step()).isPositive();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(loop.step()).isPositive();
    assertThat(log.backlog()).isEqualTo(1);
    linkCursorTo(Files.createFile(directory.resolve("elsewhere")));
    assertThat(loop.step()).isZero();
    assertThat(Thread.interrupted()).isTrue();

    assertThat(log.backlog()).isZero();
    whileSending = () -> {};
    LogFixture.append(log, "2");
    deliverAll();
    assertThat(sent).containsExactly(Groups.line("1"), Groups.line("2"));
    assertThat(balance.delivered("us-south")).isEqualTo(status == 200 ? 2 : 1);
    assertThat(dead).hasSize(status == 200 ? 0 : 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 422})
  void whatIsConcludedIsNotSentAgainWhenAnEditMakesTheRouteAnew(int status) throws Exception {
    LogFixture.append(log, "1");
    answers.add(status == 200 ? new Outcome.Delivered() : new Outcome.Reject(status, ""));
    whileSending = () -> linkCursorTo(Path.of("/dev/full"));
    assertThat(loop.step()).isPositive();
    assertThat(Thread.interrupted()).isTrue();
    whileSending = () -> {};

    start();
    assertThat(loop.step()).isPositive();
    linkCursorTo(Files.createFile(directory.resolve("elsewhere")));
    assertThat(loop.step()).isZero();
    assertThat(Thread.interrupted()).isTrue();

    LogFixture.append(log, "2");
    deliverAll();
    assertThat(sent).containsExactly(Groups.line("1"), Groups.line("2"));
    assertThat(dead).hasSize(status == 200 ? 0 : 1);
  }

  /** An interrupt makes the log open the file anew. */
  private void linkCursorTo(Path file) {
    Path cursor = directory.resolve("spool/cursor");
    try {
      Files.delete(cursor);
      Files.createSymbolicLink(cursor, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.currentThread().interrupt();
  }

  @Test
  void anErrorInSendingIsAFailureLikeAnother() throws Exception {
    LogFixture.append(log, "1");
    error = new OutOfMemoryError("none left");

    assertThat(loop.step()).isPositive();
    deliverAll();
    assertThat(sent).containsExactly(Groups.line("1"), Groups.line("1"));
  }

  @Test
  void aRetryAfterOfNothingDoesNotKeepThePausesFromGrowing() throws Exception {
    home.set(OWN + "backoff", "100ms to 10s");
    start();
    LogFixture.append(log, "1");
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(new Outcome.Retry("busy", Optional.of(Duration.ZERO), false));
      waits.add(loop.step());
    }
    answers.add(new Outcome.Retry("busy", Optional.of(Duration.ofMinutes(2)), false));

    assertThat(waits.get(4)).isGreaterThan(4 * waits.get(0));
    assertThat(status.nextAttempt()).isEqualTo(now.plusMillis(waits.get(4)));
    assertThat(loop.step()).isEqualTo(120_000);
    assertThat(status.nextAttempt()).isEqualTo(now.plusSeconds(120));
  }

  @Test
  void onlyTheLineThatWasNotStoredIsSentAgainAndBeforeAnythingLater() throws Exception {
    LogFixture.append(log, "1", "2", "3");
    answer(200, 500, 200);

    long pause = loop.step();
    LogFixture.append(log, "4");
    deliverAll();

    assertThat(pause).isPositive();
    assertThat(sent)
        .containsExactly(Groups.lines("1", "2", "3"), Groups.line("2"), Groups.line("4"));
    assertThat(keys).doesNotHaveDuplicates();
    assertThat(dead).isEmpty();
    assertThat(balance.delivered("us-south")).isEqualTo(4);
    assertThat(directory.resolve("spool/answered")).doesNotExist();
  }

  @Test
  void linesInARowAreSentAgainTogetherAndWithNothingElse() throws Exception {
    LogFixture.append(log, "1", "2", "3", "4");
    answer(200, 500, 521, 503);

    loop.step();
    LogFixture.append(log, "5");
    deliverAll();

    assertThat(sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4"), Groups.lines("2", "3", "4"), Groups.line("5"));
  }

  @Test
  void linesApartAreSentAgainOneAfterTheOther() throws Exception {
    LogFixture.append(log, "1", "2", "3", "4");
    answer(500, 200, 500, 200);
    answers.add(new Outcome.Retry("not yet"));

    deliverAll();

    assertThat(sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4"), Groups.line("1"), Groups.line("1"), Groups.line("3"));
    assertThat(keys.get(1)).isEqualTo(keys.get(2));
  }

  @Test
  void aPartThatIsStoredInPartIsTakenApartFurther() throws Exception {
    LogFixture.append(log, "1", "2", "3", "4");
    answer(500, 500, 500, 200);
    answer(500, 200, 500);

    deliverAll();

    assertThat(sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4"),
            Groups.lines("1", "2", "3"),
            Groups.line("1"),
            Groups.line("3"));
    assertThat(balance.delivered("us-south")).isEqualTo(4);
  }

  @Test
  void aLineThatIsRefusedIsADeadLetterAndTheOthersGoOn() throws Exception {
    LogFixture.append(log, "1", "2", "3", "4");
    answer(200, 400, 200, 200);

    long pause = loop.step();

    assertThat(pause).isZero();
    assertThat(sent).containsExactly(Groups.lines("1", "2", "3", "4"));
    assertThat(buried()).containsExactly(event("2"));
    assertThat(dead.get(0).reason()).isEqualTo(Reason.REJECTED);
    assertThat(dead.get(0).detail()).isEqualTo("us-south refused it with HTTP status 400");
    assertThat(dead.get(0).delivery()).isEqualTo(new DeadLetter.Delivery("us-south", 400, ""));
    assertThat(log.backlog()).isZero();
    assertThat(balance.delivered("us-south")).isEqualTo(3);
  }

  @Test
  void refusalsBehindALineThatIsSentAgainKeepTheirOrder() throws Exception {
    LogFixture.append(log, "1", "2", "3", "4");
    answer(500, 400, 413, 200);

    loop.step();

    assertThat(dead).isEmpty();
    deliverAll();
    assertThat(sent).containsExactly(Groups.lines("1", "2", "3", "4"), Groups.line("1"));
    assertThat(buried()).containsExactly(event("2"), event("3"));
  }

  @Test
  void aDestinationThatRefusesEveryLineIsNotBelieved() throws Exception {
    String[] ids = new String[15];
    Integer[] codes = new Integer[15];
    for (int i = 0; i < 15; i++) {
      ids[i] = "" + i;
      codes[i] = 400;
    }
    LogFixture.append(log, ids);
    answer(codes);
    answer(400, 400, 400, 400, 400);

    long pause = loop.step();
    long secondPause = loop.step();
    deliverAll();

    assertThat(pause).isPositive();
    assertThat(secondPause).isPositive();
    assertThat(dead).hasSize(10);
    assertThat(sent.subList(1, 3))
        .containsExactly(
            Groups.lines("10", "11", "12", "13", "14"), Groups.lines("10", "11", "12", "13", "14"));
    assertThat(balance.delivered("us-south")).isEqualTo(5);
  }

  @Test
  void aCrashSendsOnlyTheRequestInFlightAgain() throws Exception {
    LogFixture.append(log, "1", "2", "3", "4");
    answer(200, 500, 200, 400);
    loop.step();
    answers.add(new Outcome.Retry("killed before the answer"));
    loop.step();

    crash();
    deliverAll();

    assertThat(sent)
        .containsExactly(Groups.lines("1", "2", "3", "4"), Groups.line("2"), Groups.line("2"));
    assertThat(keys.get(1)).isEqualTo(keys.get(2));
    assertThat(buried()).containsExactly(event("4"));
    assertThat(balance.delivered("us-south")).isEqualTo(2); // 1 was before the crash
  }

  @Test
  void aCrashBetweenTheAnswerAndTheCursorSendsNothingThatWasStored() throws Exception {
    LogFixture.append(log, "1", "2", "3");
    byte[] cursor = Files.readAllBytes(directory.resolve("spool/cursor"));
    answer(200, 500, 200);
    loop.step();
    log.close();
    Files.write(directory.resolve("spool/cursor"), cursor);

    crash();
    deliverAll();

    assertThat(sent).containsExactly(Groups.lines("1", "2", "3"), Groups.line("2"));
  }

  @Test
  void answersThatCannotBeReadOrAreAnotherLogsAreVoid() throws Exception {
    LogFixture.append(log, "1", "2");
    Path answered = directory.resolve("spool/answered");
    List<String> noAnswers =
        List.of(
            "{\"spool\":",
            "",
            "null",
            "{\"spool\":null}",
            "{\"spool\":\"x\"}",
            "{\"spool\":\"x\",\"runs\":[null]}",
            "\0\0\0\0{\"spool\":\"x\"}");
    for (String garbage : noAnswers) {
      Files.writeString(answered, garbage);
      crash();
    }
    int unreadable = warnings.said().size();
    Files.writeString(
        answered, "{\"spool\":\"x\",\"runs\":[{\"from\":0,\"to\":999,\"status\":200}]}");
    crash();
    Files.writeString(
        answered,
        "{\"spool\":\"%s\",\"runs\":[{\"from\":0,\"to\":999,\"status\":200}]}".formatted(log.id()));
    crash();

    deliverAll();

    assertThat(sent).containsExactly(Groups.lines("1", "2"));
    assertThat(unreadable).isEqualTo(noAnswers.size());
    assertThat(warnings.said())
        .hasSize(unreadable)
        .element(2)
        .isEqualTo("file=" + answered + " error=there are no answers in it");
  }

  @Test
  void anEventTooLargeForItsFormatIsADeadLetterThatSaysSo() throws Exception {
    home.set(OWN + "format", "cloud-logs");
    start();
    LogFixture.append(log, "1", "x".repeat(2_000_000), "3");

    deliverAll();

    assertThat(sent).containsExactly(Groups.line("1"), Groups.line("3"));
    assertThat(buried()).containsExactly(event("x".repeat(2_000_000)));
    assertThat(dead.get(0).reason()).isEqualTo(Reason.REJECTED);
    assertThat(dead.get(0).detail())
        .isEqualTo(
            "us-south cannot take it: alone it makes a request of 2000199 bytes, at most 2000000"
                + " go with format=cloud-logs");
    assertThat(dead.get(0).delivery()).isEqualTo(new DeadLetter.Delivery("us-south", 0, ""));
  }

  @Test
  void aRangeThatWasBegunInAnotherFormatIsCutForTheNewOne() throws Exception {
    LogFixture.append(log, "1", "2");
    answers.add(new Outcome.Retry("not yet"));
    loop.step();
    home.set(OWN + "format", "cloudevents-structured");

    crash();
    deliverAll();

    assertThat(sent).containsExactly(Groups.lines("1", "2"), Groups.line("1"), Groups.line("2"));
  }

  @Test
  void formatsForOneEventGetOneEventARequest() throws Exception {
    home.set(OWN + "format", "cloudevents-structured");
    start();
    LogFixture.append(log, "1", "2");

    deliverAll();

    assertThat(sent).containsExactly(Groups.line("1"), Groups.line("2"));
  }

  /** Refused for their size, and stored in part when there were fewer of them. */
  @Test
  void whatASmallerRequestWasAnsweredLeavesTheOtherAnswersAsTheyWere() throws Exception {
    LogFixture.append(log, "1", "2", "3", "4", "5", "6");
    answer(503, 503, 503, 503, 200, 200);
    answers.add(new Outcome.Reject(413, ""));
    answer(503, 200);
    loop.step();
    loop.step();
    loop.step();

    crash();
    deliverAll();

    assertThat(sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4", "5", "6"),
            Groups.lines("1", "2", "3", "4"),
            Groups.lines("1", "2"),
            Groups.line("1"),
            Groups.lines("3", "4"));
  }
}
