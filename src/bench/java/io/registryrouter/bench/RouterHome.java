package io.registryrouter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A fresh home with the shipped {@code config/} and {@code routes/}, and the router in it, started
 * with {@code bin/router} as it ships. Of its settings only addresses are changed, and how soon a
 * file counts as complete, which is a wait and no work.
 */
final class RouterHome {

  /** What the log says then, and when. */
  private static final Pattern READY =
      Pattern.compile("(\\S+Z) INFO  Router - ready http=\"127.0.0.1:(\\d+)\"");

  /** The registries of the benchmark and where the shipped routes send them. */
  static final Map<String, String> DESTINATIONS =
      Map.of("us.icr.io", "us-south", "de.icr.io", "eu-de", "uk.icr.io", "eu-gb", "jp.icr.io", "jp-tok");

  private final Path checkout;
  private final Path directory;
  private final Map<String, String> settings = new LinkedHashMap<>();

  RouterHome(Path checkout, Path directory) throws IOException {
    this.checkout = checkout;
    this.directory = directory;
    copy("config");
    copy("routes");
    set("router.http.port", "0");
    set("router.management.port", "0");
  }

  private void copy(String name) throws IOException {
    try (Stream<Path> all = Files.walk(checkout.resolve(name))) {
      for (Path source : (Iterable<Path>) all::iterator) {
        Path target = directory.resolve(checkout.relativize(source).toString());
        if (Files.isDirectory(source)) {
          Files.createDirectories(target);
        } else {
          Files.copy(source, target);
        }
      }
    }
  }

  RouterHome set(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Takes a file as soon as it is there, so that no wait for it is measured. */
  RouterHome takeFilesAtOnce() {
    return set("router.intake.settle", "0s").set("router.intake.poll", "20ms");
  }

  /** Posts to the receiver instead of archiving. */
  RouterHome post(String destination, Receiver receiver) {
    set("router.destination." + destination + ".type", "http");
    return set("router.destination." + destination + ".url", receiver.url(destination));
  }

  /** The four regions of the shipped routes post to the receiver. */
  RouterHome postAll(Receiver receiver) {
    DESTINATIONS.values().forEach(destination -> post(destination, receiver));
    return this;
  }

  /**
   * Replaces the registries and routes by so many of its own, each with a destination.
   *
   * @return the domains
   */
  List<String> registries(int count, Receiver receiver) throws IOException {
    List<String> names = IntStream.range(0, count).mapToObj(i -> String.format("r%02d", i)).toList();
    Files.writeString(
        directory.resolve("config/registries.yaml"),
        "registries:\n"
            + each(
                names,
                """
                - domain: %1$s.bench.example
                  region: %1$s
                  events-location: {activity-tracker: %1$s, access-trail: %1$s}
                """));
    Files.writeString(directory.resolve("config/routing-tests.yaml"), "[]\n");
    Files.writeString(
        directory.resolve("routes/40-route.camel.yaml"),
        choice("activity-tracker", names) + choice("access-trail", names));
    Files.writeString(
        directory.resolve("routes/50-deliver.camel.yaml"),
        each(
            names,
            """
            - templatedRoute:
                routeTemplateRef: destination
                routeId: deliver-%1$s
                parameters: [{ name: destination, value: %1$s }]
            """));
    names.forEach(name -> post(name, receiver));
    return names.stream().map(name -> name + ".bench.example").toList();
  }

  private static String choice(String path, List<String> names) {
    String head =
        """
        - route:
            id: route-%1$s
            from:
              uri: direct:route-%1$s
              steps:
                - choice:
                    when:
        """;
    String when =
        """
        - simple: "${header.registryDomain} == '%1$s.bench.example'"
          steps:
            - to: spool:%1$s
        """;
    String otherwise =
        """
        otherwise:
          steps:
            - setHeader: { name: deadLetterReason, constant: no-route }
            - to: direct:dead-letter
        """;
    return head.formatted(path) + each(names, when).indent(14) + otherwise.indent(12);
  }

  private static String each(List<String> names, String text) {
    return names.stream().map(name -> text.formatted(name)).collect(Collectors.joining());
  }

  Path inbox() throws IOException {
    return Files.createDirectories(directory.resolve("data/inbox/activity-tracker"));
  }

  /** Where files lie that were taken. */
  Path done() throws IOException {
    return inbox().resolve(".done");
  }

  /** Starts the router and waits until it is ready. */
  Running start() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("run", "--home", directory.toString()));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    return start(checkout, directory, List.of(), command);
  }

  /**
   * The same of the checkout's own home, as a service does it: without options, where it listens
   * and keeps its data said by the environment.
   *
   * @param directory which takes its data
   */
  static Running startShipped(Path checkout, Path directory)
      throws IOException, InterruptedException {
    List<String> environment =
        List.of(
            "ROUTER_HTTP_PORT=0",
            "ROUTER_MANAGEMENT_PORT=0",
            "ROUTER_DATA_DIR=" + directory.resolve("data"));
    return start(checkout, directory, environment, List.of("run"));
  }

  private static Running start(
      Path checkout, Path directory, List<String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    Path gcLog = Files.createTempFile(directory, "gc", ".log");
    List<String> command = new ArrayList<>();
    command.add("env");
    command.add("ROUTER_JAVA_OPTS=-Xlog:gc:file=" + gcLog + " " + System.getProperty("bench.java", ""));
    command.addAll(environment);
    command.add(checkout.resolve("bin/router").toString());
    command.addAll(arguments);
    Instant begun = Instant.now();
    Subject router =
        new Subject(command, directory, Files.createTempFile(directory, "log", ".txt"), gcLog);
    router.await(() -> READY.matcher(router.printed()).find(), "the router to be ready");
    Matcher ready = READY.matcher(router.printed());
    ready.find();
    Duration start = Duration.between(begun, Instant.parse(ready.group(1)));
    return new Running(router, Integer.parseInt(ready.group(2)), start.toMillis() / 1e3);
  }

  /**
   * @param port of the event door
   * @param startSeconds from the command until ready by its own log, so that nobody who looks all
   *     the time takes a part of the machine from it
   */
  record Running(Subject process, int port, double startSeconds) implements AutoCloseable {

    @Override
    public void close() {
      process.close();
    }
  }
}
