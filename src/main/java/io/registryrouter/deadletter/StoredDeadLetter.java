package io.registryrouter.deadletter;

import io.registryrouter.config.EventPath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * A dead letter as it stands in its file.
 *
 * @param line its bytes, without the line's end
 * @param replayed whether it was put back into the inbox
 */
public record StoredDeadLetter(DeadLetterId id, byte[] line, boolean replayed, Fields fields) {

  /**
   * @param source name, and line when it is known: {@code name:line}
   * @param destination empty when it never came so far
   */
  public record Fields(
      String reason,
      String detail,
      Instant at,
      EventPath path,
      String source,
      String destination,
      Original original) {}

  /** What can be put back into the inbox, or why nothing can. */
  public sealed interface Original {}

  /** The event's own bytes, within {@code bytes}. */
  public record Whole(byte[] bytes, int from, int to) implements Original {}

  /** An original that cannot be replayed. */
  public record Unfit(Obstacle obstacle) implements Original {}

  /** Why an original cannot be replayed. */
  public enum Obstacle {
    EXCERPT("only the beginning was kept"),
    NOT_ONE_LINE("the original is not one line of text"),
    NOT_TEXT("the original is not UTF-8");

    private final String meaning;

    Obstacle(String meaning) {
      this.meaning = meaning;
    }

    /** What it says, for people. */
    public String meaning() {
      return meaning;
    }
  }

  /** What tells it from another one that once had the same id. */
  String checksum() {
    return checksum(line);
  }

  static String checksum(byte[] line) {
    CRC32C crc = new CRC32C();
    crc.update(line);
    return String.format("%08x", crc.getValue());
  }

  /** The stored line with {@code id} and {@code replayed} before its own members. */
  public byte[] toJson() {
    ByteArrayOutputStream json = new ByteArrayOutputStream(line.length + 64);
    String added = String.format("{\"id\":\"%s\",\"replayed\":%s,", id, replayed);
    json.writeBytes(added.getBytes(StandardCharsets.UTF_8));
    json.write(line, 1, line.length - 1);
    return json.toByteArray();
  }
}
