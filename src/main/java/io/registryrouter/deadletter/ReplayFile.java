package io.registryrouter.deadletter;

import io.registryrouter.config.DataPaths;
import io.registryrouter.config.EventPath;
import io.registryrouter.disk.Directories;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a replay puts into one inbox: a hidden file while it is written and marked, then, by rename,
 * one that the intake takes. Closing leaves it as it is; {@link InterruptedReplays} knows what to
 * do with it.
 */
final class ReplayFile implements Closeable {

  private static final String HIDDEN = ".replay-";
  private static final String SHOWN = "replay-";
  private static final String UNFINISHED = ".tmp";

  private final String replay;
  private final EventPath path;
  private final Path inbox;
  private final FileChannel file;
  private final OutputStream out;
  private final Map<String, String> deadLetters = new LinkedHashMap<>();

  private ReplayFile(String replay, EventPath path, Path inbox, FileChannel file) {
    this.replay = replay;
    this.path = path;
    this.inbox = inbox;
    this.file = file;
    this.out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
  }

  /**
   * @param replay id of what goes into this file
   */
  static ReplayFile create(DataPaths data, EventPath path, String replay) throws IOException {
    Path inbox = data.inbox(path);
    Directories.make(inbox);
    FileChannel file =
        FileChannel.open(
            inbox.resolve(HIDDEN + replay + UNFINISHED),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
    return new ReplayFile(replay, path, inbox, file);
  }

  /** Whether a file of an inbox is one that is not renamed yet. */
  static boolean isHidden(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(HIDDEN) && name.endsWith(UNFINISHED);
  }

  /** The replay that a hidden file belongs to. */
  static String replay(Path hidden) {
    String name = hidden.getFileName().toString();
    return name.substring(HIDDEN.length(), name.length() - UNFINISHED.length());
  }

  /** Whether a file of an inbox, by its name, was put there by {@link #show()}. */
  static boolean isShown(String name) {
    return name.matches(SHOWN + "\\d{8}-\\d{6}-[0-9a-f]{6}-\\d{3,}\\.ndjson");
  }

  /** Gives a hidden file to the intake. */
  static Path show(Path hidden) throws IOException {
    Path shown = hidden.resolveSibling(SHOWN + replay(hidden) + ".ndjson");
    Files.move(hidden, shown, StandardCopyOption.ATOMIC_MOVE);
    Directories.force(shown.getParent());
    return shown;
  }

  void add(StoredDeadLetter deadLetter, StoredDeadLetter.Whole original) throws IOException {
    try {
      out.write(original.bytes(), original.from(), original.to() - original.from());
      out.write('\n');
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
    deadLetters.put(deadLetter.id().toString(), deadLetter.checksum());
  }

  int events() {
    return deadLetters.size();
  }

  /** Returns when bytes and name are on disk. */
  void force() throws IOException {
    try {
      out.flush();
      file.force(true);
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
    Directories.force(inbox);
  }

  private IOException cannotBeWritten(IOException e) {
    return new IOException(
        inbox + " cannot be written to (" + e.getMessage() + "); mend that and replay again", e);
  }

  ReplayMarks.Mark mark(String at) {
    return new ReplayMarks.Mark(replay, at, path.label(), deadLetters);
  }

  Path show() throws IOException {
    close();
    return show(inbox.resolve(HIDDEN + replay + UNFINISHED));
  }

  /** Of a replay that will not be marked. */
  void discard() throws IOException {
    close();
    Files.delete(inbox.resolve(HIDDEN + replay + UNFINISHED));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
