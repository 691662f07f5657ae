package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Reason;
import io.registryrouter.spool.AnsweredLines;
import io.registryrouter.spool.Groups;
import io.registryrouter.spool.LogFixture;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is sent, in which order, when a destination stores requests in part, as LogDNA does by a
 * 207.
 */
@Timeout(60)
class PartlyStoredTest {

  @RegisterExtension final Warnings warnings = new Warnings(AnsweredLines.class);
  @RegisterExtension final Warnings retries = new Warnings(DeliveryLoop.class);
  @TempDir private Path directory;
  private Scene scene;

  @BeforeEach
  void open() throws IOException {
    scene = new Scene(directory);
  }

  @Test
  void linesThatWereNotStoredWaitForNoMore() throws Exception {
    scene.waitForRequestsOf(3);
    LogFixture.append(scene.log, "1", "2", "3");
    scene.answer(200, 500, 200);

    scene.deliverAll();

    assertThat(scene.sent).containsExactly(Groups.lines("1", "2", "3"), Groups.line("2"));
  }

  @Test
  void linesBehindOneThatWasStoredWaitForNoMoreEither() throws Exception {
    scene.waitForRequestsOf(4);
    LogFixture.append(scene.log, "1", "2", "3", "4");
    scene.answer(200, 503, 200, 503);

    scene.deliverAll();

    assertThat(scene.sent)
        .containsExactly(Groups.lines("1", "2", "3", "4"), Groups.lines("2"), Groups.lines("4"));
  }

  @Test
  void whatADestinationStoredBeforeDoesNotClearItOfRefusingEverythingNow() throws Exception {
    LogFixture.append(scene.log, Scene.ids(60));
    scene.answer(inTurns(60, 200, 500));
    scene.loop.step();
    scene.refuse();

    assertThat(scene.dead).hasSize(10);
    assertThat(scene.status.trouble().operator()).isTrue();
  }

  @Test
  void whatAReplyRefusesAmongWhatItStoresIsNotTheDestinationsFaultHoweverMuchItIs()
      throws Exception {
    LogFixture.append(scene.log, Scene.ids(61));
    Integer[] statuses = inTurns(61, 400, 200);
    statuses[0] = 500;
    scene.answer(statuses);
    scene.deliverAll();

    assertThat(scene.dead).hasSize(30);
    assertThat(scene.sent).hasSize(2).endsWith(Groups.line("0"));
    assertThat(retries.words())
        .containsExactly("not delivered, will be tried again", "delivering again");
  }

  @Test
  void norWhenItRefusesEachByAReplyOfTheSameKind() throws Exception {
    LogFixture.append(scene.log, Scene.ids(60));
    scene.answer(inTurns(60, 200, 500));
    scene.loop.step();
    for (int i = 0; i < 100; i++) {
      scene.answer(400);
    }
    while (!scene.answers.isEmpty()) {
      scene.loop.step();
    }

    assertThat(scene.dead).hasSize(10);
    assertThat(scene.status.trouble().operator()).isTrue();
  }

  /** Nine refused, one stored, and so on, behind one that is to be scene.sent again. */
  @Test
  void anEditInTheMiddleOfAReplyMakesNoDestinationSuspect() throws Exception {
    LogFixture.append(scene.log, Scene.ids(31));
    scene.answer(
        IntStream.range(0, 31)
            .mapToObj(i -> i == 0 ? 500 : i % 10 == 0 ? 200 : 400)
            .toArray(Integer[]::new));
    scene.loop.step();
    scene.loop.step();
    for (int i = 0; i < 3; i++) {
      scene.noRoomAfter = scene.dead.size() + 8;
      scene.loop.step();
      scene.makeTheRoute();
    }
    scene.noRoomAfter = Integer.MAX_VALUE;
    scene.deliverAll();
    scene.loop.step();

    assertThat(scene.dead).hasSize(27);
    assertThat(scene.sent).hasSize(2);
    assertThat(scene.status.trouble()).isNull();
  }

  @Test
  void thatADestinationIsSuspectIsSaidAlsoWhenTheSameReplyAsksForAnotherTry() throws Exception {
    LogFixture.append(scene.log, Scene.ids(30));
    for (int events : List.of(30, 20, 20)) {
      Integer[] statuses = inTurns(events, 400, 400);
      statuses[events - 1] = 500;
      scene.answer(statuses);
      scene.loop.step();
    }

    assertThat(scene.dead).hasSize(10);
    assertThat(scene.status.trouble().operator()).isTrue();
    assertThat(scene.status.trouble().attempts()).isEqualTo(3);
  }

  @Test
  void whatWasRefusedBeforeEndsNoTrouble() throws Exception {
    for (String id : List.of("1", "2", "3")) {
      LogFixture.append(scene.log, id);
    }
    scene.answer(500, 400, 500);
    scene.loop.step();
    scene.answers.add(Outcome.Retry.untilMended("HTTP status 401"));
    scene.loop.step();
    scene.now = scene.now.plus(Duration.ofDays(30));
    scene.loop.step();

    assertThat(scene.dead)
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.EXPIRED, Reason.REJECTED);
    assertThat(scene.status.trouble().why()).isEqualTo("HTTP status 401");
  }

  @Test
  void theTroubleIsOverAlsoWhenTheLastThatWaitsWasStoredBefore() throws Exception {
    LogFixture.append(scene.log, "1");
    LogFixture.append(scene.log, "2");
    scene.answer(500, 200);
    scene.loop.step();
    scene.now = scene.now.plus(Duration.ofDays(30));
    scene.deliverAll();
    scene.loop.step();

    assertThat(scene.dead).hasSize(1);
    assertThat(scene.status.trouble()).isNull();
  }

  @Test
  void onlyTheLineThatWasNotStoredIsSentAgainAndBeforeAnythingLater() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3");
    scene.answer(200, 500, 200);

    long pause = scene.loop.step();
    LogFixture.append(scene.log, "4");
    scene.deliverAll();

    assertThat(pause).isPositive();
    assertThat(scene.sent)
        .containsExactly(Groups.lines("1", "2", "3"), Groups.line("2"), Groups.line("4"));
    assertThat(scene.keys).doesNotHaveDuplicates();
    assertThat(scene.dead).isEmpty();
    assertThat(scene.balance.delivered("us-south")).isEqualTo(4);
    assertThat(directory.resolve("spool/answered")).doesNotExist();
  }

  @Test
  void linesInARowAreSentAgainTogetherAndWithNothingElse() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3", "4");
    scene.answer(200, 500, 521, 503);

    scene.loop.step();
    LogFixture.append(scene.log, "5");
    scene.deliverAll();

    assertThat(scene.sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4"), Groups.lines("2", "3", "4"), Groups.line("5"));
  }

  @Test
  void linesApartAreSentAgainOneAfterTheOther() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3", "4");
    scene.answer(500, 200, 500, 200);
    scene.answers.add(new Outcome.Retry("not yet"));

    scene.deliverAll();

    assertThat(scene.sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4"), Groups.line("1"), Groups.line("1"), Groups.line("3"));
    assertThat(scene.keys.get(1)).isEqualTo(scene.keys.get(2));
  }

  @Test
  void aPartThatIsStoredInPartIsTakenApartFurther() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3", "4");
    scene.answer(500, 500, 500, 200);
    scene.answer(500, 200, 500);

    scene.deliverAll();

    assertThat(scene.sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4"),
            Groups.lines("1", "2", "3"),
            Groups.line("1"),
            Groups.line("3"));
    assertThat(scene.balance.delivered("us-south")).isEqualTo(4);
  }

  @Test
  void aLineThatIsRefusedIsADeadLetterAndTheOthersGoOn() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3", "4");
    scene.answer(200, 400, 200, 200);

    long pause = scene.loop.step();

    assertThat(pause).isZero();
    assertThat(scene.sent).containsExactly(Groups.lines("1", "2", "3", "4"));
    assertThat(scene.buried()).containsExactly(Scene.event("2"));
    assertThat(scene.dead.get(0).reason()).isEqualTo(Reason.REJECTED);
    assertThat(scene.dead.get(0).detail()).isEqualTo("us-south refused it with HTTP status 400");
    assertThat(scene.dead.get(0).delivery())
        .isEqualTo(new DeadLetter.Delivery("us-south", 400, ""));
    assertThat(scene.log.backlog()).isZero();
    assertThat(scene.balance.delivered("us-south")).isEqualTo(3);
  }

  @Test
  void refusalsBehindALineThatIsSentAgainKeepTheirOrder() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3", "4");
    scene.answer(500, 400, 413, 200);

    scene.loop.step();

    assertThat(scene.dead).isEmpty();
    scene.deliverAll();
    assertThat(scene.sent).containsExactly(Groups.lines("1", "2", "3", "4"), Groups.line("1"));
    assertThat(scene.buried()).containsExactly(Scene.event("2"), Scene.event("3"));
  }

  @Test
  void aDestinationThatRefusesEveryLineIsNotBelieved() throws Exception {
    String[] ids = new String[15];
    Integer[] codes = new Integer[15];
    for (int i = 0; i < 15; i++) {
      ids[i] = "" + i;
      codes[i] = 400;
    }
    LogFixture.append(scene.log, ids);
    scene.answer(codes);
    scene.answer(400, 400, 400, 400, 400);

    long pause = scene.loop.step();
    long secondPause = scene.loop.step();
    scene.deliverAll();

    assertThat(pause).isPositive();
    assertThat(secondPause).isPositive();
    assertThat(scene.dead).hasSize(10);
    assertThat(scene.sent.subList(1, 3))
        .containsExactly(
            Groups.lines("10", "11", "12", "13", "14"), Groups.lines("10", "11", "12", "13", "14"));
    assertThat(scene.balance.delivered("us-south")).isEqualTo(5);
  }

  @Test
  void aCrashSendsOnlyTheRequestInFlightAgain() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3", "4");
    scene.answer(200, 500, 200, 400);
    scene.loop.step();
    scene.answers.add(new Outcome.Retry("killed before the answer"));
    scene.loop.step();

    scene.crash();
    scene.deliverAll();

    assertThat(scene.sent)
        .containsExactly(Groups.lines("1", "2", "3", "4"), Groups.line("2"), Groups.line("2"));
    assertThat(scene.keys.get(1)).isEqualTo(scene.keys.get(2));
    assertThat(scene.buried()).containsExactly(Scene.event("4"));
    assertThat(scene.balance.delivered("us-south")).isEqualTo(2); // 1 was before the crash
  }

  @Test
  void aCrashBetweenTheAnswerAndTheCursorSendsNothingThatWasStored() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3");
    byte[] cursor = Files.readAllBytes(directory.resolve("spool/cursor"));
    scene.answer(200, 500, 200);
    scene.loop.step();
    scene.log.close();
    Files.write(directory.resolve("spool/cursor"), cursor);

    scene.crash();
    scene.deliverAll();

    assertThat(scene.sent).containsExactly(Groups.lines("1", "2", "3"), Groups.line("2"));
  }

  @Test
  void answersThatCannotBeReadOrAreAnotherLogsAreVoid() throws Exception {
    LogFixture.append(scene.log, "1", "2");
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
      scene.crash();
    }
    int unreadable = warnings.said().size();
    Files.writeString(
        answered, "{\"spool\":\"x\",\"runs\":[{\"from\":0,\"to\":999,\"status\":200}]}");
    scene.crash();
    Files.writeString(
        answered,
        "{\"spool\":\"%s\",\"runs\":[{\"from\":0,\"to\":999,\"status\":200}]}"
            .formatted(scene.log.id()));
    scene.crash();

    scene.deliverAll();

    assertThat(scene.sent).containsExactly(Groups.lines("1", "2"));
    assertThat(unreadable).isEqualTo(noAnswers.size());
    assertThat(warnings.said())
        .hasSize(unreadable)
        .element(2)
        .isEqualTo("file=" + answered + " error=there are no answers in it");
  }

  /** Refused for their size, and stored in part when there were fewer of them. */
  @Test
  void whatASmallerRequestWasAnsweredLeavesTheOtherAnswersAsTheyWere() throws Exception {
    LogFixture.append(scene.log, "1", "2", "3", "4", "5", "6");
    scene.answer(503, 503, 503, 503, 200, 200);
    scene.answers.add(new Outcome.Reject(413, ""));
    scene.answer(503, 200);
    scene.loop.step();
    scene.loop.step();
    scene.loop.step();

    scene.crash();
    scene.deliverAll();

    assertThat(scene.sent)
        .containsExactly(
            Groups.lines("1", "2", "3", "4", "5", "6"),
            Groups.lines("1", "2", "3", "4"),
            Groups.lines("1", "2"),
            Groups.line("1"),
            Groups.lines("3", "4"));
  }

  private static Integer[] inTurns(int count, int even, int odd) {
    return IntStream.range(0, count).mapToObj(i -> i % 2 == 0 ? even : odd).toArray(Integer[]::new);
  }
}
