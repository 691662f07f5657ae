package io.registryrouter.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.deliver.format.Body;
import io.registryrouter.spool.Slice;
import io.registryrouter.support.TestHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyLimitTest {

  private static final String OWN = "router.destination.us-south.";
  private static final String DOMAIN = ",\"enrichment\":{\"registryDomain\":\"us.icr.io\"}}";

  @TempDir Path directory;
  private TestHome home;

  @BeforeEach
  void configure() throws IOException {
    home =
        TestHome.in(directory)
            .set(OWN + "type", "http")
            .set(OWN + "url", "https://logs.example/")
            .set(OWN + "batch-bytes", "16MiB");
  }

  private DestinationSettings settings(String format) {
    return home.set(OWN + "format", format).config().destinations().get("us-south");
  }

  private static Slice slice(String event, int times) {
    byte[] bytes = (event + "\n").repeat(times).getBytes(StandardCharsets.UTF_8);
    return new Slice(
        "us-south", "id", 50, 50 + bytes.length, bytes, bytes.length, times, at -> Instant.EPOCH);
  }

  private static String event(String filling, int times) {
    return "{\"action\":\"container-registry.x\",\"f\":\"" + filling.repeat(times) + "\"" + DOMAIN;
  }

  private static int size(DestinationSettings settings, Slice slice) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Body.of(settings.format()).write(slice, out);
    return out.size();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "logdna | x | 10000000",
        "logdna | \\\" | 10000000",
        "logdna | \\\\ | 10000000",
        "logdna | é | 10000000",
        "cloud-logs | \\\" | 2000000",
        "cloud-logs | x | 2000000",
      })
  void aBodyStaysWithinItsLimitWhateverItHolds(String format, String filling, int max)
      throws Exception {
    DestinationSettings settings = settings(format);
    Slice slice = slice(event(filling, 500), 20_000);

    Slice cut = new BodyLimit(settings).cut(slice, false);

    assertThat(size(settings, slice)).isGreaterThan(max);
    assertThat(size(settings, cut)).isBetween(max / 3, max);
    assertThat(cut.from()).isEqualTo(50);
    assertThat(cut.to()).isEqualTo(50 + cut.length());
    assertThat(cut.events() * (long) slice.length() / 20_000).isEqualTo(cut.length());
  }

  @Test
  void whatFitsIsNotCut() throws Exception {
    Slice slice = slice(event("x", 100), 5000);

    assertThat(new BodyLimit(settings("logdna")).cut(slice, false)).isSameAs(slice);
    assertThat(new BodyLimit(settings("cloud-logs")).cut(slice, false)).isSameAs(slice);
  }

  /** Events of one size: hardly more than one in sixteen could have been added. */
  @ParameterizedTest
  @ValueSource(strings = {"json", "logdna", "cloud-logs", "cloudevents"})
  void whatAFormatPutsAroundEventsCountsForBatchBytes(String format) throws Exception {
    home.set(OWN + "batch-bytes", "100KiB");
    DestinationSettings settings = settings(format);
    Slice slice = slice(event("\\\"x", 100), 250);

    Slice cut = new BodyLimit(settings).cut(slice, false);

    assertThat(slice.length()).isBetween(90 * 1024, 100 * 1024);
    assertThat(size(settings, cut))
        .isBetween(format.equals("json") ? 90 * 1024 : 93 * 1024, 100 * 1024);
  }

  @Test
  void aLargeEventBeforeManySmallOnesLeavesLittleRoom() throws Exception {
    home.set(OWN + "batch-bytes", "100KiB");
    DestinationSettings settings = settings("logdna");
    byte[] events =
        ((event("x", 90_000) + "\n") + (event("x", 1) + "\n").repeat(100))
            .getBytes(StandardCharsets.UTF_8);
    Slice slice =
        new Slice(
            "us-south", "id", 0, events.length, events, events.length, 101, at -> Instant.EPOCH);

    Slice cut = new BodyLimit(settings).cut(slice, false);

    assertThat(cut.events()).isGreaterThan(20);
    assertThat(size(settings, cut)).isBetween(93 * 1024, 100 * 1024);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ndjson", "json", "logdna", "cloud-logs", "cloudevents"})
  void anEventLargerThanBatchBytesGoesAlone(String format) throws Exception {
    home.set(OWN + "batch-bytes", "1KiB");
    BodyLimit limit = new BodyLimit(settings(format));

    Slice cut = limit.cut(slice(event("x", 5000), 2), false);

    assertThat(cut.events()).isEqualTo(1);
    assertThat(limit.objection(cut)).isEmpty();
  }

  /** What was sent of it perhaps arrived; as another range it would arrive again. */
  @Test
  void aRangeThatWasBegunIsNotCutToBatchBytes() throws Exception {
    home.set(OWN + "batch-bytes", "1KiB");
    Slice slice = slice(event("x", 500), 2000);

    assertThat(new BodyLimit(settings("logdna")).cut(slice, true)).isSameAs(slice);
  }

  @Test
  void formatsWithoutALimitAreNotCut() throws Exception {
    Slice slice = slice(event("x", 1_000_000), 12);

    assertThat(new BodyLimit(settings("ndjson")).cut(slice, false)).isSameAs(slice);
    assertThat(new BodyLimit(settings("cloudevents")).objection(slice)).isEmpty();
  }

  @Test
  void anEventThatFitsAloneGoesAlone() throws Exception {
    BodyLimit limit = new BodyLimit(settings("logdna"));

    Slice cut = limit.cut(slice(event("x", 9_990_000), 2), false);

    assertThat(cut.events()).isEqualTo(1);
    assertThat(limit.objection(cut)).isEmpty();
  }

  @Test
  void anEventThatDoesNotFitAloneIsObjectedTo() throws Exception {
    DestinationSettings settings = settings("logdna");
    BodyLimit limit = new BodyLimit(settings);

    Slice cut = limit.cut(slice(event("x", 9_999_990), 3), false);

    assertThat(cut.events()).isEqualTo(1);
    assertThat(limit.objection(cut))
        .contains(
            "us-south cannot take it: alone it makes a request of %d bytes, at most 10000000 go with format=logdna"
                .formatted(size(settings, cut)));
  }

  @Test
  void anEventWhoseHeadersNoServerWouldTakeIsObjectedTo() throws Exception {
    BodyLimit limit = new BodyLimit(settings("cloudevents-binary"));
    String event = "{\"action\":\"container-registry.x\",\"id\":\"%s\"" + DOMAIN;

    assertThat(limit.objection(slice(event.formatted("i".repeat(3900)), 1))).isEmpty();
    assertThat(limit.objection(slice(event.formatted("é".repeat(1000)), 1)))
        .contains(
            "us-south cannot take it: alone it makes header fields of 6094 bytes, at most 4096 go with format=cloudevents-binary");
  }

  @Test
  void anArchiveHasNoLimit() throws Exception {
    home.set(OWN + "type", "archive");
    DestinationSettings archive = settings("cloud-logs");
    Slice slice = slice(event("x", 1_000_000), 3);

    assertThat(new BodyLimit(archive).cut(slice, false)).isSameAs(slice);
  }
}
