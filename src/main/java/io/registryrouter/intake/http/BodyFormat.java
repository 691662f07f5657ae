package io.registryrouter.intake.http;

import io.registryrouter.intake.cut.Framing;

/** How the body of a request carries its events. */
enum BodyFormat {
  JSON(Framing.DETECT),
  NDJSON(Framing.LINES),
  CLOUD_EVENT(Framing.OBJECT),
  CLOUD_EVENT_BATCH(Framing.DETECT),
  NOTIFICATIONS(Framing.OBJECT);

  private final Framing framing;

  BodyFormat(Framing framing) {
    this.framing = framing;
  }

  /** How the JSON objects of the body follow one another. */
  Framing framing() {
    return framing;
  }
}
