package io.registryrouter.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Audit events made from a seed, the same for the same arguments. Each carries where it belongs and
 * its number there in its id, so that a receiver can tell what is missing, double or out of order.
 */
final class EventLines {

  /** Where the number of an event stands in its line, in digits from here. */
  static final int NUMBER_AT = "{\"id\":\"5eed0000-0000-4000-8000-".length();

  static final int NUMBER_DIGITS = 12;

  private static final String[] ACTIONS = {
    "image.push", "image.pull", "image.pull", "image.pull", "image.delete", "image-vulnerability.read"
  };

  private final List<String> domains;
  private final int size;
  private final Random random;
  private final long[] numbers;

  /**
   * @param domains of the registries, events alternate between them
   * @param size of an event in bytes, about
   */
  EventLines(List<String> domains, int size, long seed) {
    this.domains = domains;
    this.size = size;
    this.random = new Random(seed);
    this.numbers = new long[domains.size()];
  }

  /** The next event, without a line end. */
  byte[] next() {
    int which = random.nextInt(domains.size());
    String domain = domains.get(which);
    String image =
        String.format("%s/team-%02d/app-%d:1.%d", domain, random.nextInt(20), random.nextInt(9), random.nextInt(99));
    String head =
        String.format(
            "{\"id\":\"5eed%04x-0000-4000-8000-%0" + NUMBER_DIGITS + "d\",\"correlationId\":\"%08x-77aa-4b01-9c6e-0242ac130003\","
                + "\"eventTime\":\"2026-10-14T07:%02d:%02d.%02d+0000\",\"action\":\"container-registry.%s\","
                + "\"outcome\":\"success\",\"message\":\"IBM Cloud Container Registry: %s\",\"severity\":\"normal\","
                + "\"reason\":{\"reasonCode\":200,\"reasonType\":\"OK\"},"
                + "\"initiator\":{\"id\":\"IBMid-270001A7QX\",\"name\":\"kate.mbeki@example.com\","
                + "\"typeURI\":\"service/security/account/user\",\"credential\":{\"type\":\"token\"},"
                + "\"host\":{\"address\":\"192.0.2.%d\",\"agent\":\"docker/27.3.1 go/go1.22.7\"}},"
                + "\"target\":{\"id\":\"crn:v1:bluemix:public:container-registry:us-south:a/4f1c0de0a11ce0b0b5ca1ab1e0ddba11::image:%s\","
                + "\"name\":\"%s\",\"typeURI\":\"container-registry/image\"},"
                + "\"observer\":{\"name\":\"ActivityTracker\"},\"saveServiceCopy\":true,"
                + "\"requestData\":{\"layers\":[",
            which,
            numbers[which]++,
            random.nextInt(),
            random.nextInt(60),
            random.nextInt(60),
            random.nextInt(100),
            ACTIONS[random.nextInt(ACTIONS.length)],
            image,
            random.nextInt(255),
            image,
            image);
    String tail = "\"\"]}}";
    StringBuilder line = new StringBuilder(size + 100).append(head);
    while (line.length() + tail.length() < size) {
      line.append("\"sha256:");
      int digits = Math.max(1, Math.min(64, size - tail.length() - line.length() - 2));
      for (int i = 0; i < digits; i++) {
        line.append(Character.forDigit(random.nextInt(16), 16));
      }
      line.append("\",");
    }
    return line.append(tail).toString().getBytes(StandardCharsets.UTF_8);
  }

  /** How many of the events made so far belong to each domain. */
  long[] counts() {
    return Arrays.copyOf(numbers, numbers.length);
  }

  /** Writes the next events to a file that appears whole under its name. */
  void write(int count, Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 20)) {
      for (int i = 0; i < count; i++) {
        out.write(next());
        out.write('\n');
      }
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
