package io.registryrouter.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A copy of the shipped {@code config/} and {@code routes/} that a test may edit. */
public final class TestHome {

  /** The checkout; Maven runs tests in it. */
  public static final Path CHECKOUT = Path.of("").toAbsolutePath();

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Path directory;
  private final Map<String, String> settings = new LinkedHashMap<>();

  private TestHome(Path directory) {
    this.directory = directory;
  }

  public static TestHome in(Path directory) throws IOException {
    copy(CHECKOUT.resolve("config"), directory.resolve("config"));
    copy(CHECKOUT.resolve("routes"), directory.resolve("routes"));
    return new TestHome(directory)
        .set("router.http.port", "0")
        .set("router.management.port", "0")
        .set("router.intake.settle", "0s")
        .set("router.intake.poll", "20ms")
        .set("router.delivery.backoff", "5ms to 20ms");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path source : (Iterable<Path>) all::iterator) {
        Path target = to.resolve(from.relativize(source).toString());
        if (Files.isDirectory(source)) {
          Files.createDirectories(target);
        } else {
          Files.copy(source, target);
        }
      }
    }
  }

  public TestHome set(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Posts to a stub instead of archiving. */
  public TestHome post(String destination, HttpStub stub) {
    set("router.destination." + destination + ".type", "http");
    return set("router.destination." + destination + ".url", stub.url());
  }

  /** Replaces a text that must be there. */
  public TestHome edit(String file, String text, String replacement) throws IOException {
    Path path = directory.resolve(file);
    String content = Files.readString(path);
    if (!content.contains(text)) {
      throw new IllegalArgumentException(file + " does not contain " + text);
    }
    Files.writeString(path, content.replace(text, replacement));
    return this;
  }

  public Path directory() {
    return directory;
  }

  public Path data() {
    return directory.resolve("data");
  }

  /** A whole file in the inbox of the Activity Tracker path, as a running router may see it. */
  public void drop(String name, String text) throws IOException {
    drop(EventPath.ACTIVITY_TRACKER, name, text);
  }

  /** The same in the inbox of a path. */
  public void drop(EventPath path, String name, String text) throws IOException {
    Path inbox = Files.createDirectories(data().resolve("inbox").resolve(path.label()));
    Path written = Files.writeString(inbox.resolve(name + ".tmp"), text);
    Files.move(written, inbox.resolve(name));
  }

  public Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  public RouterConfig config() {
    return RouterConfig.load(directory, Map.of(), settings);
  }

  /** All lines that were archived for a destination, in order. */
  public List<String> archived(String destination) {
    return lines(data().resolve("delivered").resolve(destination));
  }

  /** All dead letters, in order. */
  public List<String> deadLetters() {
    return lines(data().resolve("dead-letter"));
  }

  private static List<String> lines(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().flatMap(TestHome::linesOf).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> linesOf(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The route that delivers to us-south is there, and does not run. */
  public void stopDeliveryToUsSouth() throws IOException {
    edit(
        "routes/50-deliver.camel.yaml",
        """
        - templatedRoute:
            routeTemplateRef: destination
            routeId: deliver-us-south
            parameters: [{ name: destination, value: us-south }]
        """,
        """
        - route:
            id: deliver-us-south
            autoStartup: false
            from: { uri: "spool:us-south", steps: [{ process: { ref: archive } }] }
        """);
  }

  /** An address from the lock file of the running router: {@code http} or {@code management}. */
  public String address(String key) throws IOException {
    String lock = Files.readString(data().resolve("router.lock"));
    String start = "\"" + key + "\":\"";
    int from = lock.indexOf(start) + start.length();
    return lock.substring(from, lock.indexOf('"', from));
  }

  /** Gives an event to the door of the router that runs here, which takes it. */
  public void give(String event) throws IOException, InterruptedException {
    String door = "/v1/activity-tracker/events";
    assertThat(send(door, event, "Content-Type", "application/json").statusCode()).isEqualTo(202);
  }

  /**
   * Sends to the door of the router that runs here, by POST.
   *
   * @param headers names and values in turns
   */
  public HttpResponse<String> send(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return send(path, body.getBytes(UTF_8), headers);
  }

  /** The same of bytes. */
  public HttpResponse<String> send(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address("http") + path))
            .POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  /** What its management server says: {@code metrics}, {@code health}. */
  public String observe(String what) throws IOException, InterruptedException {
    URI uri = URI.create("http://" + address("management") + "/observe/" + what);
    return CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
  }
}
