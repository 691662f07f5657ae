package io.registryrouter.faults;

import io.registryrouter.support.TestHome;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Puts files into one inbox, one after the other; every second one is compressed. */
final class FileFeeder implements Feeder {

  private static final long BETWEEN_FILES = TimeUnit.MILLISECONDS.toNanos(250);
  private static final int WAITING = 3;
  private static final int BIG = 12_000;

  private final Lane lane;
  private final Sequences sequences;
  private final Path inbox;
  private final int poisonEvery;
  private int files;

  FileFeeder(Lane lane, TestHome home, Sequences sequences, int poisonEvery) throws IOException {
    this.lane = lane;
    this.sequences = sequences;
    this.inbox = home.data().resolve("inbox").resolve(lane.label());
    this.poisonEvery = poisonEvery;
    Files.createDirectories(inbox);
  }

  /** Each 40th file has more than 5 MB, the others have up to 1000 events. */
  @Override
  public boolean feed() throws IOException {
    if (waiting().size() < WAITING) {
      int number = files++;
      int events = number % 40 == 4 ? BIG : 1 + (number * 271) % 1000;
      putBeside(number, events).run();
    }
    LockSupport.parkNanos(BETWEEN_FILES);
    return true;
  }

  /** A move of a file, which needs no space. */
  @FunctionalInterface
  interface Move {
    void run() throws IOException;
  }

  /** Writes a file under a name that waits; the router sees it after the move. */
  Move putBeside(int number, int events) throws IOException {
    boolean gzip = number % 2 == 1;
    String name = String.format("%s-file-%05d", lane.label(), number);
    Sequence sequence = sequences.add(Sequence.ofFile(name, lane, poisonEvery));
    Path part = inbox.resolve(name + ".part");
    try (OutputStream out = open(part, gzip)) {
      for (int n = 0; n < events; n++) {
        out.write((sequence.event(n) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    return () -> {
      sequence.sent(events);
      sequence.accepted(0, events);
      Path complete = inbox.resolve(name + (gzip ? ".ndjson.gz" : ".ndjson"));
      Files.move(part, complete, StandardCopyOption.ATOMIC_MOVE);
    };
  }

  private static OutputStream open(Path file, boolean gzip) throws IOException {
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
    return gzip ? new GZIPOutputStream(out) : out;
  }

  /** Files that the router has not finished with. */
  List<String> waiting() throws IOException {
    try (Stream<Path> all = Files.list(inbox)) {
      return all.filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains(".ndjson") && !name.startsWith("."))
          .toList();
    }
  }

  @Override
  public String toString() {
    return "files of " + lane.label();
  }
}
