package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Reason;
import io.registryrouter.spool.Slice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SpooledEventsTest {

  @Test
  void anEventSaysItsPathItselfWhereItsAppendDoesNot() throws Exception {
    List<EventPath> paths =
        List.of(EventPath.ACCESS_TRAIL, EventPath.ACTIVITY_TRACKER, EventPath.ACCESS_TRAIL);
    byte[] bytes =
        paths.stream()
            .map(path -> "{\"id\":1,\"enrichment\":{\"path\":\"" + path + "\"}}\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8);
    Slice slice =
        new Slice("eu-de", "id", 0, bytes.length, bytes, bytes.length, 3, offset -> Instant.EPOCH);

    List<DeadLetter> letters =
        SpooledEvents.deadLetters(
            slice,
            SpooledEvents.unnamed(slice),
            Reason.EXPIRED,
            "",
            new DeadLetter.Delivery("eu-de", 0, ""));

    assertThat(letters).extracting(DeadLetter::path).isEqualTo(paths);
  }
}
