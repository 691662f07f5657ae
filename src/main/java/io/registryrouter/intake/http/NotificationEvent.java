package io.registryrouter.intake.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;

/** The audit event that a notification stands for, as JSON. */
final class NotificationEvent {

  private static final JsonFactory JSON = new JsonFactory();

  /** Surrogates are written as escapes, so that half of a pair stays what it is. */
  private static final int HIGHEST_NOT_ESCAPED = Character.MIN_SURROGATE - 1;

  private NotificationEvent() {}

  /**
   * @param buffer where the notification's own bytes, which are UTF-8, stand from {@code from} to
   *     {@code to}; they become {@code requestData.notification} as they are
   */
  static void write(
      Notification notification, String action, byte[] buffer, int from, int to, OutputStream event)
      throws IOException {
    try (JsonGenerator json = JSON.createGenerator(event)) {
      json.setHighestNonEscapedChar(HIGHEST_NOT_ESCAPED);
      json.writeStartObject();
      string(json, "id", notification.id());
      string(json, "eventTime", notification.timestamp());
      json.writeStringField("action", action);
      initiator(json, notification);
      if (notification.image() != null) {
        json.writeObjectFieldStart("target");
        json.writeStringField("name", notification.image());
        json.writeEndObject();
      }
      json.writeObjectFieldStart("requestData");
      json.writeFieldName("notification");
      json.writeRawValue("");
      json.flush();
      event.write(buffer, from, to - from);
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private static void initiator(JsonGenerator json, Notification notification) throws IOException {
    if (notification.actor() == null && notification.address() == null) {
      return;
    }
    json.writeObjectFieldStart("initiator");
    string(json, "name", notification.actor());
    if (notification.address() != null) {
      json.writeObjectFieldStart("host");
      json.writeStringField("address", notification.address());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void string(JsonGenerator json, String name, String value) throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }
}
