package io.registryrouter.faults;

import io.registryrouter.support.TestHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/**
 * A client as it should be: it sends its events in order, and the same request again until it is
 * answered 202.
 */
final class HttpFeeder implements Feeder {

  private static final Pattern ADDRESS = Pattern.compile("\"http\":\"([^\"]+)\"");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long BETWEEN_REQUESTS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long BEFORE_REPEATING = TimeUnit.MILLISECONDS.toNanos(10);

  private final Sequence sequence;
  private final Problems problems;
  private final Path lockFile;
  private final int largestBatch;
  private final Random random;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger unavailable = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();

  HttpFeeder(Sequence sequence, TestHome home, Problems problems, int largestBatch, long seed) {
    this.sequence = sequence;
    this.problems = problems;
    this.lockFile = home.data().resolve("router.lock");
    this.largestBatch = largestBatch;
    this.random = new Random(seed * 31 + sequence.name().hashCode());
  }

  @Override
  public boolean feed() {
    int from = sequence.sent();
    int to = from + 1 + random.nextInt(largestBatch);
    sequence.sent(to);
    Body body = Body.of(random.nextInt(3), sequence, from, to);
    while (!isAccepted(from, to, body)) {
      LockSupport.parkNanos(BEFORE_REPEATING);
    }
    sequence.accepted(from, to);
    accepted.addAndGet(to - from);
    LockSupport.parkNanos(BETWEEN_REQUESTS);
    return true;
  }

  private boolean isAccepted(int from, int to, Body body) {
    Optional<String> address = address();
    if (address.isEmpty()) {
      return false;
    }
    String path = "/v1/" + sequence.lane().label() + "/events";
    try {
      HttpResponse<String> answer =
          client.send(
              body.post(URI.create("http://" + address.get() + path)), BodyHandlers.ofString());
      return judge(answer, from, to);
    } catch (ConnectException e) {
      return false; // nobody has heard of it
    } catch (IOException e) {
      sequence.unanswered(from, to);
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean judge(HttpResponse<String> answer, int from, int to) {
    if (answer.statusCode() == 202) {
      String expected = "{\"accepted\":" + (to - from) + ",\"deadLettered\":0}";
      if (!answer.body().equals(expected)) {
        problems.add("%s: answered %s instead of %s", sequence, answer.body(), expected);
      }
      return true;
    }
    if (answer.statusCode() == 503) {
      unavailable.incrementAndGet();
    } else if (answer.statusCode() != 418) { // from a receiver that took a dead router's port
      problems.add(
          "%s:%d to %d: answered %d %s", sequence, from, to, answer.statusCode(), answer.body());
    }
    return false;
  }

  /** Where the router listens, or listened: what the lock file says. */
  private Optional<String> address() {
    try {
      Matcher address = ADDRESS.matcher(Files.readString(lockFile));
      return address.find() ? Optional.of(address.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** How often it was asked to come again. */
  int unavailable() {
    return unavailable.get();
  }

  int accepted() {
    return accepted.get();
  }

  @Override
  public String toString() {
    return sequence.name();
  }

  /** A request body in one of the forms that the door takes. */
  private record Body(String type, boolean gzip, byte[] bytes) {

    static Body of(int form, Sequence sequence, int from, int to) {
      String lines =
          IntStream.range(from, to).mapToObj(sequence::event).collect(Collectors.joining("\n"));
      String array =
          IntStream.range(from, to)
              .mapToObj(sequence::event)
              .collect(Collectors.joining(", ", "[", "]"));
      return switch (form) {
        case 0 -> new Body("application/x-ndjson", false, utf8(lines));
        case 1 -> new Body("application/json", false, utf8(array));
        default -> new Body("application/x-ndjson", true, gzip(utf8(lines)));
      };
    }

    private static byte[] utf8(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] bytes) {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
        gzip.write(bytes);
      } catch (IOException e) {
        throw new IllegalStateException(e); // not in memory
      }
      return compressed.toByteArray();
    }

    HttpRequest post(URI door) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(door)
              .timeout(PATIENCE)
              .header("Content-Type", type)
              .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
      if (gzip) {
        request.header("Content-Encoding", "gzip");
      }
      return request.build();
    }
  }
}
