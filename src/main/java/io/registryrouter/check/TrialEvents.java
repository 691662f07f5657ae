package io.registryrouter.check;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.Framing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/** What is sent through routes that are tried out. */
final class TrialEvents {

  static final Source SOURCE = new Source(Source.Kind.FILE, "check");

  /** What is no event. */
  static final String BROKEN = "{";

  private TrialEvents() {}

  /** An event of a registry. */
  static String of(String domain, LocalDate day) {
    return String.format(
        "{\"action\":\"container-registry.image.push\",\"eventTime\":\"%sT00:00:00Z\","
            + "\"target\":{\"name\":\"%s/check/image:1\"}}",
        day, domain);
  }

  static RawBatch batch(EventPath path, String... lines) {
    byte[] body = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    try {
      return new EventCutter(path, SOURCE, Framing.LINES, body, body.length).next();
    } catch (IOException e) {
      throw new IllegalStateException("no I/O when reading from memory", e);
    }
  }
}
