package io.registryrouter.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.RouterProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One destination's trouble is its own. */
class IsolationTest {

  private static final int EVENTS = 2000;
  private static final List<String> FAILING = List.of("eu-de", "eu-gb", "jp-tok");

  @TempDir private Path directory;

  @Test
  void destinationsInTroubleHoldUpNoOtherAndGetEverythingLater() throws Exception {
    try (Scene scene = new Scene(directory, 1)) {
      scene
          .home()
          .set("router.delivery.timeout", "60s") // a healthy one may be slow on a busy machine
          .set("router.destination.eu-gb.timeout", "500ms");
      FaultyReceiver healthy = scene.receiver("us-south", Wire.LINES, FaultPlan.healthy());
      FaultyReceiver refusing = scene.receiver("eu-de", Wire.LINES, FaultPlan.healthy());
      FaultyReceiver hanging = scene.receiver("eu-gb", Wire.LINES, FaultPlan.always(Fault.HANG));
      FaultyReceiver unavailable =
          scene.receiver("jp-tok", Wire.LINES, FaultPlan.always(Fault.UNAVAILABLE));
      refusing.refuse();
      HttpFeeder one = scene.client("one", Lane.ACTIVITY_TRACKER, 20, 0);
      HttpFeeder two = scene.client("two", Lane.ACCESS_TRAIL, 20, 0);

      try (RouterProcess process = scene.startAndAwaitReady()) {
        scene.feed(one, two, scene.files(Lane.ACTIVITY_TRACKER, 0));
        await().until(() -> one.accepted() > EVENTS && two.accepted() > EVENTS);
        scene.stopFeeding();

        await().untilAsserted(() -> assertOnlyTheFailingWait(scene.spooled()));
        assertThat(hanging.count(Fault.HANG)).isPositive();
        assertThat(unavailable.count(Fault.UNAVAILABLE)).isPositive();
        assertThat(healthy.arrivals().repeatedRequests()).isZero();
        assertThat(one.unavailable() + two.unavailable()).isZero();
        assertThat(scene.problems().found()).isEmpty();

        refusing.listen();
        hanging.follow(FaultPlan.healthy());
        unavailable.follow(FaultPlan.healthy());
        scene.awaitNothingLeft();
        process.terminate();
        assertThat(process.waitForEnd().code()).isZero();
      }

      Verdict verdict = scene.verdict();
      assertThat(verdict.problems()).as("%s %s", verdict, scene.receivers()).isEmpty();
      assertThat(verdict.clientEventsAgain() + verdict.fileEventsAgain()).isZero();
    }
  }

  private static void assertOnlyTheFailingWait(Map<String, Double> spooled) {
    assertThat(spooled)
        .hasSize(8)
        .allSatisfy(
            (name, events) -> assertThat(events > 0).as(name).isEqualTo(FAILING.contains(name)));
  }

  @Test
  void eventsForAHealthyDestinationDoNotWaitForTheTimeoutOfAnother() throws Exception {
    try (Scene scene = new Scene(directory, 2)) {
      scene.home().set("router.delivery.timeout", "10m").set("router.drain-timeout", "0s");
      FaultyReceiver healthy = scene.receiver("us-south", Wire.LINES, FaultPlan.healthy());
      FaultyReceiver hanging = scene.receiver("eu-gb", Wire.LINES, FaultPlan.always(Fault.HANG));
      HttpFeeder client = scene.client("client", Lane.ACTIVITY_TRACKER, 20, 0);

      try (RouterProcess process = scene.startAndAwaitReady()) {
        while (hanging.count(Fault.HANG) == 0) {
          client.feed();
        }
        long before = healthy.arrivals().events();
        for (int i = 0; i < 50; i++) {
          client.feed();
        }
        await().until(() -> scene.spooled().get("us-south") == 0);

        assertThat(healthy.arrivals().events()).isGreaterThan(before);
        assertThat(hanging.count(Fault.HANG)).isOne();
        assertThat(process.endsWithin(Duration.ZERO)).isFalse();
      }
      assertThat(scene.problems().found()).isEmpty();
    }
  }
}
