package io.registryrouter.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What came of everything that was sent.
 *
 * @param problems what must not happen, whatever was done to the router
 * @param accepted events that the router said it has
 * @param deadLettered poisoned events among the dead letters
 * @param clientEventsAgain events of clients that came twice because an answer was lost
 * @param fileEventsAgain events of files that came twice
 * @param requestsRepeated the same request again, with its key
 */
record Verdict(
    List<String> problems,
    long accepted,
    int deadLettered,
    long clientEventsAgain,
    long fileEventsAgain,
    long requestsRepeated) {

  static Verdict of(
      TestHome home, Sequences sequences, List<FaultyReceiver> receivers, Problems problems)
      throws IOException {
    Map<String, Arrivals> arrivals = new TreeMap<>();
    receivers.forEach(receiver -> arrivals.put(receiver.destination(), receiver.arrivals()));
    for (Lane.Domain domain : Lane.Domain.values()) {
      for (Lane lane : Lane.values()) {
        String destination = domain.destination(lane);
        if (!arrivals.containsKey(destination)) {
          arrivals.put(destination, archive(home, destination, sequences, problems));
        }
      }
    }
    Set<String> deadLetters = deadLetters(home, sequences, problems);
    return new Examination(sequences, arrivals, deadLetters, problems).verdict();
  }

  private static Arrivals archive(
      TestHome home, String destination, Sequences sequences, Problems problems)
      throws IOException {
    Arrivals arrivals = new Arrivals(destination, Wire.LINES, sequences, problems);
    for (Path file : files(home.data().resolve("delivered").resolve(destination))) {
      arrivals.check(file.getFileName().toString(), Files.readAllBytes(file));
    }
    return arrivals;
  }

  /** The ids of the dead letters, which have to be poisoned events. */
  private static Set<String> deadLetters(TestHome home, Sequences sequences, Problems problems)
      throws IOException {
    Set<String> ids = new HashSet<>();
    ObjectMapper json = new ObjectMapper();
    for (Path file : files(home.data().resolve("dead-letter"))) {
      for (String line : Files.readAllLines(file)) {
        JsonNode letter = json.readTree(line);
        String id = letter.at("/event/id").asText();
        String[] parts = id.split(":");
        Sequence sequence = sequences.named(parts[0]);
        boolean expected =
            letter.path("reason").asText().equals("rejected")
                && sequence != null
                && sequence.isPoison(Integer.parseInt(parts[1]));
        if (!expected) {
          problems.add("an unexpected dead letter: %s", line);
        }
        ids.add(id);
      }
    }
    return ids;
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".ndjson")).sorted().toList();
    }
  }

  /** Goes through all sources once. */
  private static final class Examination {

    private final Sequences sequences;
    private final Map<String, Arrivals> arrivals;
    private final Set<String> deadLetters;
    private final Problems problems;
    private long accepted;
    private long clientEventsAgain;
    private long fileEventsAgain;

    Examination(
        Sequences sequences,
        Map<String, Arrivals> arrivals,
        Set<String> deadLetters,
        Problems problems) {
      this.sequences = sequences;
      this.arrivals = arrivals;
      this.deadLetters = deadLetters;
      this.problems = problems;
    }

    Verdict verdict() {
      for (Sequence sequence : sequences.all()) {
        sequence.accepted().stream().forEach(number -> requireArrived(sequence, number));
        arrivals.values().forEach(at -> explainRepetitions(sequence, at));
      }
      return new Verdict(
          problems.found(),
          accepted,
          deadLetters.size(),
          clientEventsAgain,
          fileEventsAgain,
          arrivals.values().stream().mapToLong(Arrivals::repeatedRequests).sum());
    }

    private void requireArrived(Sequence sequence, int number) {
      accepted++;
      String destination = sequence.destination(number);
      boolean arrived = arrivals.get(destination).has(sequence, number);
      boolean dead = deadLetters.contains(sequence + ":" + number);
      boolean poison = sequence.isPoison(number) && !destination.startsWith("access-trail");
      if (arrived == poison || dead != poison) {
        problems.add(
            "%s:%d to %s: %s, %s, poisoned: %s",
            sequence,
            number,
            destination,
            arrived ? "arrived" : "did NOT arrive",
            dead ? "dead letter" : "no dead letter",
            poison);
      }
    }

    private void explainRepetitions(Sequence sequence, Arrivals at) {
      Map<Integer, Integer> again = at.again(sequence);
      if (sequence.isFile()) {
        fileEventsAgain += again.values().stream().mapToInt(Integer::intValue).sum();
        return;
      }
      again.forEach(
          (number, times) -> {
            clientEventsAgain += times;
            if (times > sequence.unanswered(number)) {
              problems.add(
                  "%s:%d came again %d times, but only %d requests with it went unanswered",
                  sequence, number, times, sequence.unanswered(number));
            }
          });
    }
  }
}
