package io.registryrouter.deadletter;

import io.registryrouter.disk.Directories;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files of one day: its dead letters, and beside them which of them were replayed.
 *
 * @param directory {@code <data-dir>/dead-letter}
 * @param size of the dead letters when they were looked at; 0 when there are none (any more)
 */
record DeadLetterDay(Path directory, LocalDate day, long size) {

  private static final String LETTERS = ".ndjson";
  private static final String MARKS = ".replayed";

  /** Takes a line without its end. */
  @FunctionalInterface
  interface LineVisitor {
    void accept(int number, byte[] line) throws IOException;
  }

  /** The days that have files, oldest first. */
  static List<DeadLetterDay> all(Path directory) throws IOException {
    if (!Directories.isThere(directory)) {
      return List.of();
    }
    TreeSet<LocalDate> days = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(file -> dayOf(file.getFileName().toString()).ifPresent(days::add));
    }
    List<DeadLetterDay> found = new ArrayList<>();
    for (LocalDate day : days) {
      found.add(of(directory, day));
    }
    return found;
  }

  static DeadLetterDay of(Path directory, LocalDate day) throws IOException {
    return new DeadLetterDay(directory, day, sizeOf(directory.resolve(day + LETTERS)));
  }

  private static Optional<LocalDate> dayOf(String name) {
    String end = name.endsWith(MARKS) ? MARKS : LETTERS;
    if (!name.endsWith(end) || name.length() != 10 + end.length()) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.parse(name.substring(0, 10)));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  Path file() {
    return directory.resolve(day + LETTERS);
  }

  Path marks() {
    return directory.resolve(day + MARKS);
  }

  long bytes() throws IOException {
    return size + sizeOf(marks());
  }

  /** The whole lines; one that is being written, or that a crash left torn, is none. */
  void lines(LineVisitor visitor) throws IOException {
    if (size == 0) {
      return;
    }
    try (InputStream in = Files.newInputStream(file())) {
      LineInput line = new LineInput(in);
      for (int number = 1; line.next(); number++) {
        byte[] bytes = line.readAllBytes();
        if (!line.isWhole() || line.position() > size) {
          return;
        }
        visitor.accept(number, bytes);
      }
    }
  }

  int count() throws IOException {
    int[] count = {0};
    lines((number, line) -> count[0] = number);
    return count[0];
  }
}
