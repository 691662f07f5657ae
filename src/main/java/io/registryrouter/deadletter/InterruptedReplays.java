package io.registryrouter.deadletter;

import io.registryrouter.config.DataPaths;
import io.registryrouter.config.EventPath;
import io.registryrouter.disk.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finishes what a crash left of a replay. A hidden file whose replay is marked is complete: it goes
 * to the intake. One that is not marked is deleted: its dead letters are as if never replayed.
 */
public final class InterruptedReplays {

  private final DataPaths data;

  public InterruptedReplays(DataPaths data) {
    this.data = data;
  }

  /**
   * Does nothing while a replay is going on, and writes nothing when there is nothing to finish.
   *
   * @return the files that went to the intake
   */
  public List<Path> finish() throws IOException {
    Path directory = data.deadLetter();
    if (hidden().isEmpty() || !Files.isDirectory(directory)) {
      return List.of();
    }
    Optional<ReplayLock> lock = ReplayLock.tryTake(directory);
    if (lock.isEmpty()) {
      return List.of();
    }
    try (ReplayLock held = lock.get()) {
      return finish(held);
    }
  }

  /**
   * @param held taken by the caller
   */
  List<Path> finish(ReplayLock held) throws IOException {
    List<Path> hidden = hidden();
    if (hidden.isEmpty()) {
      return List.of();
    }
    Set<String> marked = marked();
    List<Path> shown = new ArrayList<>();
    for (Path file : hidden) {
      if (marked.contains(ReplayFile.replay(file))) {
        shown.add(ReplayFile.show(file));
      } else {
        Files.delete(file);
        Directories.force(file.getParent());
      }
    }
    return shown;
  }

  private List<Path> hidden() throws IOException {
    List<Path> hidden = new ArrayList<>();
    for (EventPath path : EventPath.values()) {
      Path inbox = data.inbox(path);
      if (Files.isDirectory(inbox)) {
        try (Stream<Path> files = Files.list(inbox)) {
          files.filter(ReplayFile::isHidden).sorted().forEach(hidden::add);
        }
      }
    }
    return hidden;
  }

  private Set<String> marked() throws IOException {
    Set<String> marked = new HashSet<>();
    for (DeadLetterDay day : DeadLetterDay.all(data.deadLetter())) {
      Set<String> replays = ReplayMarks.replays(day.marks());
      if (!replays.isEmpty()) {
        ReplayMarks.force(day.marks()); // before the file is shown, as in a replay
        marked.addAll(replays);
      }
    }
    return marked;
  }
}
