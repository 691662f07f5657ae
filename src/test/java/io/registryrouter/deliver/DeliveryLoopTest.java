package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Reason;
import io.registryrouter.spool.Groups;
import io.registryrouter.spool.LogFixture;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent, in which order, and what becomes of events that are refused or not taken. */
@Timeout(60)
class DeliveryLoopTest {

  @RegisterExtension final Warnings retries = new Warnings(DeliveryLoop.class);
  @TempDir private Path directory;
  private Scene scene;

  @BeforeEach
  void open() throws IOException {
    scene = new Scene(directory);
  }

  @Test
  void aDestinationThatRefusedEverythingIsStillSuspectAfterACrash() throws Exception {
    LogFixture.append(scene.log, Scene.ids(30));
    scene.refuse();
    scene.crash();
    scene.refuse();

    assertThat(scene.dead).hasSize(10);
    scene.answers.clear();
    scene.deliverAll();
    LogFixture.append(scene.log, "good", "bad");
    scene.answers.add(new Outcome.Reject(400, ""));
    scene.answers.add(new Outcome.Delivered());
    scene.answers.add(new Outcome.Reject(400, ""));
    scene.crash();
    scene.deliverAll();
    assertThat(scene.buried()).hasSize(11).last().isEqualTo(Scene.event("bad"));
  }

  /** Only the last of them, which is not full, may wait for more. */
  @Test
  void aRequestThatIsFullOfEventsWaitsForNoMore() throws Exception {
    scene.waitForRequestsOf(2);
    LogFixture.append(scene.log, "1", "2", "3", "4");
    scene.answers.add(new Outcome.Retry("HTTP status 503"));

    for (int i = 0; i < 3; i++) {
      scene.loop.step();
    }

    assertThat(scene.sent)
        .containsExactly(Groups.lines("1", "2"), Groups.lines("1", "2"), Groups.lines("3", "4"));
  }

  /** With the smaller limit it would have another key, and perhaps arrive twice. */
  @Test
  void aRequestIsAtMostBatchBytesButARangeThatWasBegunStaysAsItIs() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3", "4");
    scene.answers.add(new Outcome.Retry("HTTP status 503"));
    scene.loop.step();
    scene.home.set(Scene.OWN + "batch-bytes", "400");
    scene.crash();
    LogFixture.append(scene.log, "5", "6", "7", "8");

    scene.deliverAll();

    assertThat(scene.keys.get(1)).isEqualTo(scene.keys.get(0));
    assertThat(scene.sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4"),
            Groups.lines("1", "2", "3", "4"),
            Groups.lines("5", "6"),
            Groups.lines("7", "8"));
  }

  @Test
  void whatWasBegunOrIsHalvedWaitsForNoMore() throws Exception {
    scene.waitForRequestsOf(4);
    LogFixture.append(scene.log, "1", "2", "3", "4");
    scene.answers.add(new Outcome.Reject(400, ""));
    scene.loop.step();
    scene.answers.add(new Outcome.Retry("HTTP status 503"));
    scene.loop.step();
    scene.loop.step();
    scene.loop.step();

    assertThat(scene.sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4"),
            Groups.lines("1", "2"),
            Groups.lines("1", "2"),
            Groups.lines("3", "4"));
  }

  @Test
  void whatWasBegunWaitsForNoMoreAlsoWhenRequestsMayBeLargerNow() throws Exception {
    scene.waitForRequestsOf(2);
    LogFixture.append(scene.log, "1", "2");
    scene.answers.add(new Outcome.Retry("HTTP status 503"));
    scene.loop.step();
    scene.home.set(Scene.OWN + "batch-events", "100");
    scene.makeTheRoute();

    scene.loop.step();

    assertThat(scene.sent).containsExactly(Groups.lines("1", "2"), Groups.lines("1", "2"));
  }

  @Test
  void partsOfARefusedRangeWaitForNoMore() throws Exception {
    scene.waitForRequestsOf(100);
    LogFixture.append(
        scene.log, IntStream.range(0, 100).mapToObj(String::valueOf).toArray(String[]::new));
    scene.answers.add(new Outcome.Reject(400, ""));
    scene.answers.add(new Outcome.Reject(400, ""));

    scene.deliverAll();

    assertThat(scene.sent).hasSize(5).last().isEqualTo(lines(50, 100)); // 100, 50, 25, 25, 50
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"at\":\"2019-08-15T", "{"})
  void aDamagedIndexKeepsNothingFromBeingDelivered(String damaged) throws Exception {
    LogFixture.append(scene.log, "1", "2");
    Path index = directory.resolve("spool/00000000000000000000.index");
    Files.writeString(
        index, Files.readString(index).replace(damaged, "!".repeat(damaged.length())));
    scene.answers.add(new Outcome.Retry("HTTP status 503"));

    scene.deliverAll();

    assertThat(scene.sent).containsExactly(Groups.lines("1", "2"), Groups.lines("1", "2"));
    assertThat(scene.dead).isEmpty();
  }

  @Test
  void aFaultOfTheRouterIsNotSaidToBeOneOfItsDiskAndIsShownOnce() throws Exception {
    LogFixture.append(scene.log, "1");
    scene.whileSending =
        () -> {
          if (scene.sent.size() <= 3) {
            throw new IllegalStateException("a mistake");
          }
        };

    scene.loop.step();
    assertThat(scene.status.trouble().why())
        .isEqualTo("the router itself: java.lang.IllegalStateException: a mistake");
    scene.deliverAll();

    assertThat(retries.said()).filteredOn(said -> said.equals("destination=us-south")).hasSize(1);
    assertThat(scene.sent).hasSize(4);
  }

  @Test
  void whatIsRefusedIsADeadLetterAlsoWhenItsIndexIsDamaged() throws Exception {
    LogFixture.append(scene.log, "1");
    Path index = directory.resolve("spool/00000000000000000000.index");
    Files.writeString(index, Files.readString(index).replace("{", "!"));
    scene.answers.add(new Outcome.Reject(400, ""));

    scene.deliverAll();

    assertThat(scene.buried()).containsExactly(Scene.event("1"));
    assertThat(scene.dead.get(0).source().name()).isEqualTo("spool/us-south");
  }

  @Test
  void theTroubleIsOverWhenItAnswersAlsoThatItRefuses() throws Exception {
    LogFixture.append(scene.log, "1", "2");
    scene.answers.add(new Outcome.Retry("it refuses connections"));
    scene.answers.add(new Outcome.Reject(400, ""));
    scene.answers.add(new Outcome.Reject(400, ""));

    while (scene.dead.isEmpty()) {
      scene.loop.step();
    }

    assertThat(scene.buried()).containsExactly(Scene.event("1"));
    assertThat(scene.status.trouble()).isNull();
    assertThat(retries.words())
        .containsExactly("not delivered, will be tried again", "delivering again");
  }

  @Test
  void howOftenADestinationRefusedIsNotForgottenInACrash() throws Exception {
    LogFixture.append(scene.log, Scene.ids(30));
    while (scene.dead.size() < 7) {
      scene.answers.add(new Outcome.Reject(400, ""));
      scene.loop.step();
    }
    scene.answers.clear();
    scene.crash();
    scene.refuse();

    assertThat(scene.dead).hasSize(10);
  }

  @Test
  void theTroubleOfADestinationForWhichNothingWaitsAnyMoreIsOver() throws Exception {
    LogFixture.append(scene.log, "1", "2");
    scene.answers.add(new Outcome.Retry("HTTP status 401"));
    scene.loop.step();
    assertThat(scene.status.trouble()).isNotNull();

    scene.now = scene.now.plus(Duration.ofDays(30));
    scene.deliverAll();
    scene.loop.step();

    assertThat(scene.dead).hasSize(2);
    assertThat(scene.status.trouble()).isNull();
  }

  @Test
  void thatADestinationIsSuspectIsSaidAlsoRightAfterAnotherTrouble() throws Exception {
    LogFixture.append(scene.log, Scene.ids(30));
    scene.answers.add(new Outcome.Retry("it refuses connections"));
    scene.loop.step();
    scene.refuse();

    assertThat(retries.words())
        .containsExactly(
            "not delivered, will be tried again",
            "delivering again",
            "not delivered, an operator has to act; tried again until then");
  }

  @Test
  void whatIsRefusedAndCannotBecomeADeadLetterYetIsNotSentAgain() throws Exception {
    LogFixture.append(scene.log, "bad");
    scene.answers.add(new Outcome.Reject(400, "field x is missing"));
    scene.noRoomForDeadLetters = true;
    for (int attempt = 0; attempt < 20; attempt++) {
      assertThat(scene.loop.step()).isPositive();
    }
    assertThat(scene.dead).isEmpty();

    scene.noRoomForDeadLetters = false;
    scene.loop.step();

    assertThat(scene.sent).containsExactly(Groups.line("bad"));
    assertThat(scene.buried()).containsExactly(Scene.event("bad"));
    assertThat(scene.dead.get(0).delivery().response()).isEqualTo("field x is missing");
    assertThat(scene.log.backlog()).isZero();
  }

  @Test
  void whatHasWaitedLongForItsRouteIsTriedBeforeItExpires() throws Exception {
    LogFixture.append(scene.log, "1");
    scene.answers.add(new Outcome.Retry("HTTP status 503"));
    scene.loop.step();
    scene.now = scene.now.plus(Duration.ofDays(30)); // without its route

    scene.makeTheRoute();
    scene.deliverAll();

    assertThat(scene.sent).containsExactly(Groups.line("1"), Groups.line("1"));
    assertThat(scene.dead).isEmpty();
    assertThat(scene.status.trouble()).isNull();
  }

  @Test
  void aRefusedRangeThatBecomesTooOldHoldsNothingUpThatComesLater() throws Exception {
    LogFixture.append(scene.log, "1", "2");
    scene.answers.add(new Outcome.Reject(400, ""));
    scene.answers.add(new Outcome.Retry("HTTP status 503"));
    scene.loop.step();
    scene.loop.step();

    scene.now = scene.now.plus(Duration.ofDays(30));
    scene.deliverAll();
    scene.now = LogFixture.CLOCK.instant(); // as which every append is noted
    LogFixture.append(scene.log, "3");
    scene.deliverAll();

    assertThat(scene.sent)
        .containsExactly(Groups.lines("1", "2"), Groups.line("1"), Groups.line("3"));
    assertThat(scene.buried()).containsExactly(Scene.event("1"), Scene.event("2"));
    assertThat(scene.dead).allMatch(letter -> letter.reason() == Reason.EXPIRED);
  }

  @Test
  void whatIsADeadLetterAsTheRouterIsKilledIsNotDeliveredAsWell() throws Exception {
    LogFixture.append(scene.log, "1", "2");
    LogFixture.append(scene.log, "3");
    scene.answers.add(new Outcome.Retry("HTTP status 503"));
    scene.loop.step();
    scene.now = scene.now.plus(Duration.ofDays(30));
    scene.stepThatIsKilledBehindDeadLetters();
    scene.sent.clear();
    scene.deliverAll();

    assertThat(scene.sent).containsExactly(Groups.line("3"));
    assertThat(scene.buried())
        .containsExactly(Scene.event("1"), Scene.event("2"), Scene.event("1"), Scene.event("2"));
    assertThat(scene.dead.get(0).detail())
        .isEqualTo("not delivered to us-south within 3d (expire-after); last: HTTP status 503");
    assertThat(scene.dead.get(2).detail())
        .isEqualTo("not delivered to us-south within 3d (expire-after)");
  }

  @Test
  void whatWasRefusedAsTheRouterIsKilledIsNotDeliveredAsWell() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3");
    Outcome refused = Reply.classifyLine(400);
    scene.answers.addAll(List.of(refused, refused, new Outcome.Delivered(), refused));
    scene.loop.step();
    scene.loop.step();
    scene.loop.step();
    scene.stepThatIsKilledBehindDeadLetters();
    scene.sent.clear();
    scene.deliverAll();

    assertThat(scene.sent).containsExactly(Groups.line("3"));
    assertThat(scene.buried()).containsExactly(Scene.event("2"), Scene.event("2"));
    assertThat(scene.dead)
        .extracting(letter -> letter.delivery().status())
        .containsExactly(400, 400);
  }

  @Test
  void theEndOfATroubleThatWasNotSaidIsNotSaidEither() throws Exception {
    for (String id : List.of("1", "2", "3")) {
      LogFixture.append(scene.log, id);
      scene.answers.add(new Outcome.Retry("HTTP status 503"));
      scene.loop.step();
      scene.loop.step();
    }

    assertThat(scene.sent).hasSize(6);
    assertThat(retries.words())
        .containsExactly("not delivered, will be tried again", "delivering again");
  }

  @Test
  void aDestinationInTroubleIsWarnedOfOnceAMinuteWhateverTheClockIsSetTo() throws Exception {
    LogFixture.append(scene.log, "1");
    Duration[] steps = {Duration.ZERO, Duration.ofMinutes(1), Duration.ofDays(-1), Duration.ZERO};

    for (Duration step : steps) {
      scene.now = scene.now.plus(step);
      scene.answers.add(new Outcome.Retry("HTTP status 503"));
      scene.loop.step();
    }

    assertThat(retries.said()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400})
  void whatIsConcludedIsNotSentAgainWhileTheCursorCannotBeMoved(int status) throws Exception {
    LogFixture.append(scene.log, "1");
    scene.answers.add(Reply.classifyLine(status));
    scene.whileSending = () -> scene.linkCursorTo(Path.of("/dev/full"));

    assertThat(scene.loop.step()).isPositive();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(scene.loop.step()).isPositive();
    assertThat(scene.log.backlog()).isEqualTo(1);
    scene.linkCursorTo(Files.createFile(directory.resolve("elsewhere")));
    assertThat(scene.loop.step()).isZero();
    assertThat(Thread.interrupted()).isTrue();

    assertThat(scene.log.backlog()).isZero();
    scene.whileSending = () -> {};
    LogFixture.append(scene.log, "2");
    scene.deliverAll();
    assertThat(scene.sent).containsExactly(Groups.line("1"), Groups.line("2"));
    assertThat(scene.balance.delivered("us-south")).isEqualTo(status == 200 ? 2 : 1);
    assertThat(scene.dead).hasSize(status == 200 ? 0 : 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 422})
  void whatIsConcludedIsNotSentAgainWhenAnEditMakesTheRouteAnew(int status) throws Exception {
    LogFixture.append(scene.log, "1");
    scene.answers.add(status == 200 ? new Outcome.Delivered() : new Outcome.Reject(status, ""));
    scene.whileSending = () -> scene.linkCursorTo(Path.of("/dev/full"));
    assertThat(scene.loop.step()).isPositive();
    assertThat(Thread.interrupted()).isTrue();
    scene.whileSending = () -> {};

    scene.start();
    assertThat(scene.loop.step()).isPositive();
    scene.linkCursorTo(Files.createFile(directory.resolve("elsewhere")));
    assertThat(scene.loop.step()).isZero();
    assertThat(Thread.interrupted()).isTrue();

    LogFixture.append(scene.log, "2");
    scene.deliverAll();
    assertThat(scene.sent).containsExactly(Groups.line("1"), Groups.line("2"));
    assertThat(scene.dead).hasSize(status == 200 ? 0 : 1);
  }

  @Test
  void anErrorInSendingIsAFailureLikeAnother() throws Exception {
    LogFixture.append(scene.log, "1");
    scene.error = new OutOfMemoryError("none left");

    assertThat(scene.loop.step()).isPositive();
    scene.deliverAll();
    assertThat(scene.sent).containsExactly(Groups.line("1"), Groups.line("1"));
  }

  @Test
  void aRetryAfterOfNothingDoesNotKeepThePausesFromGrowing() throws Exception {
    scene.home.set(Scene.OWN + "backoff", "100ms to 10s");
    scene.start();
    LogFixture.append(scene.log, "1");
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      scene.answers.add(new Outcome.Retry("busy", Optional.of(Duration.ZERO), false));
      waits.add(scene.loop.step());
    }
    scene.answers.add(new Outcome.Retry("busy", Optional.of(Duration.ofMinutes(2)), false));

    assertThat(waits.get(4)).isGreaterThan(4 * waits.get(0));
    assertThat(scene.status.nextAttempt()).isEqualTo(scene.now.plusMillis(waits.get(4)));
    assertThat(scene.loop.step()).isEqualTo(120_000);
    assertThat(scene.status.nextAttempt()).isEqualTo(scene.now.plusSeconds(120));
  }

  @Test
  void anEventTooLargeForItsFormatIsADeadLetterThatSaysSo() throws Exception {
    scene.home.set(Scene.OWN + "format", "cloud-logs");
    scene.start();
    LogFixture.append(scene.log, "1", "x".repeat(2_000_000), "3");

    scene.deliverAll();

    assertThat(scene.sent).containsExactly(Groups.line("1"), Groups.line("3"));
    assertThat(scene.buried()).containsExactly(Scene.event("x".repeat(2_000_000)));
    assertThat(scene.dead.get(0).reason()).isEqualTo(Reason.REJECTED);
    assertThat(scene.dead.get(0).detail())
        .isEqualTo(
            "us-south cannot take it: alone it makes a request of 2000199 bytes, at most 2000000"
                + " go with format=cloud-logs");
    assertThat(scene.dead.get(0).delivery()).isEqualTo(new DeadLetter.Delivery("us-south", 0, ""));
  }

  @Test
  void aRangeThatWasBegunInAnotherFormatIsCutForTheNewOne() throws Exception {
    LogFixture.append(scene.log, "1", "2");
    scene.answers.add(new Outcome.Retry("not yet"));
    scene.loop.step();
    scene.home.set(Scene.OWN + "format", "cloudevents-structured");

    scene.crash();
    scene.deliverAll();

    assertThat(scene.sent)
        .containsExactly(Groups.lines("1", "2"), Groups.line("1"), Groups.line("2"));
  }

  @Test
  void formatsForOneEventGetOneEventARequest() throws Exception {
    scene.home.set(Scene.OWN + "format", "cloudevents-structured");
    scene.start();
    LogFixture.append(scene.log, "1", "2");

    scene.deliverAll();

    assertThat(scene.sent).containsExactly(Groups.line("1"), Groups.line("2"));
  }

  private static String lines(int from, int to) {
    return Groups.lines(IntStream.range(from, to).mapToObj(String::valueOf).toArray(String[]::new));
  }
}
