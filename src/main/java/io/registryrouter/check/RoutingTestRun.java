package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.RoutingTest;
import io.registryrouter.config.RoutingTests;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.FileFormat;
import io.registryrouter.intake.cut.Framing;
import io.registryrouter.intake.file.FileIntake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Sends the events of {@code config/routing-tests.yaml} through the real routes. */
final class RoutingTestRun {

  /** What happens only after an event was sent somewhere cannot be rehearsed. */
  private static final Set<String> REASONS =
      EnumSet.complementOf(EnumSet.of(Reason.REJECTED, Reason.EXPIRED)).stream()
          .map(Reason::label)
          .collect(Collectors.toCollection(LinkedHashSet::new));

  private static final int SHOWN_CHARACTERS = 200;

  private final RouterConfig config;
  private final Rehearsal rehearsal;
  private final List<ConfigProblem> problems = new ArrayList<>();

  private RoutingTestRun(RouterConfig config, Rehearsal rehearsal) {
    this.config = config;
    this.rehearsal = rehearsal;
  }

  /** Mistakes in the file and rows that fail; a warning when there is no such file. */
  static List<ConfigProblem> problems(RouterConfig config, Rehearsal rehearsal) {
    RoutingTestRun run = new RoutingTestRun(config, rehearsal);
    RoutingTests.load(config.files(), config.destinations().keySet(), REASONS, run.problems)
        .forEach(run::run);
    return run.problems;
  }

  private void run(RoutingTest test) {
    try {
      if (test.file().isPresent()) {
        Path file = test.file().get();
        try (InputStream in = FileFormat.open(file)) {
          run(test, FileIntake.oneByOne(test.path(), file, in, config.maxEventSize()));
        }
      } else {
        byte[] event = test.event().orElse("").getBytes(StandardCharsets.UTF_8);
        Source source = new Source(Source.Kind.FILE, test.name());
        run(
            test,
            new EventCutter(test.path(), source, Framing.DETECT, event, config.maxEventSize()));
      }
    } catch (IOException e) {
      problem(test, "cannot be read: " + e.getMessage());
    }
  }

  private void run(RoutingTest test, EventCutter events) throws IOException {
    RawBatch first = events.next();
    int count = first == null ? 0 : first.size() + first.deadLetters().size();
    if (count == 0) {
      problem(test, "holds no event; a row tests one");
      return;
    }
    Rehearsal.Result result = rehearsal.send(first);
    Optional<String> expected = expectation(test, result);
    String shown = expected.isPresent() ? shown(first) : ""; // the next batch takes its bytes
    if (count > 1 || events.next() != null) {
      problem(test, "holds several events; a row tests one");
    } else if (expected.isPresent()) {
      problem(
          test,
          String.format("expected %s, but it %s: %s", expected.get(), happened(result), shown));
    }
  }

  private void problem(RoutingTest test, String message) {
    problems.add(ConfigProblem.error(test.where(), test.name(), message));
  }

  /** What the row expects that did not happen; empty when all did. */
  private static Optional<String> expectation(RoutingTest test, Rehearsal.Result result) {
    Set<String> arrived = new TreeSet<>(result.destinations());
    List<String> reasons = result.deaths().stream().map(Rehearsal.Death::reason).toList();
    boolean givenBack = result.failure().isPresent();
    if (test.deadLetter().isPresent()
        && (givenBack || !arrived.isEmpty() || !reasons.equals(List.of(test.deadLetter().get())))) {
      return Optional.of("dead letter " + test.deadLetter().get());
    }
    boolean others =
        !reasons.isEmpty() || !arrived.equals(test.expect()) || result.twice().isPresent();
    if (!test.expect().isEmpty() && (givenBack || others)) {
      return Optional.of(String.join(" and ", new TreeSet<>(test.expect())));
    }
    arrived.retainAll(test.never());
    return givenBack || !arrived.isEmpty()
        ? Optional.of("never " + String.join(" or ", new TreeSet<>(test.never())))
        : Optional.empty();
  }

  private static String happened(Rehearsal.Result result) {
    if (result.failure().isPresent()) {
      return "would be given back to its source (" + result.failure().get().message() + ")";
    }
    List<String> happened = new ArrayList<>();
    result
        .arrivals()
        .forEach(to -> happened.add("goes to " + to.destination() + When.behind(to.when())));
    result
        .deaths()
        .forEach(
            death ->
                happened.add("is a dead letter " + death.reason() + When.behind(death.when())));
    return String.join(" and ", happened);
  }

  private static String shown(RawBatch batch) {
    if (batch.size() == 0) {
      return "(too large to show)";
    }
    byte[] bytes = Arrays.copyOfRange(batch.buffer(), batch.start(0), batch.end(0));
    String line = new String(bytes, StandardCharsets.UTF_8).replaceAll("\\s+", " ").strip();
    return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
