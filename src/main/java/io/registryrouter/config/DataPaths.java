package io.registryrouter.config;

import java.nio.file.Path;

/**
 * Where what lies under {@code router.data-dir}.
 *
 * @param root the data directory itself
 */
public record DataPaths(Path root) {

  /** Says which process works on the directory. */
  public Path lock() {
    return root.resolve("router.lock");
  }

  /** Held as well: somebody may take the other for what a dead process has left. */
  public Path spoolLock() {
    return spool().resolve(".lock");
  }

  /** The configuration in force. */
  public Path running() {
    return root.resolve("running");
  }

  public Path inbox() {
    return root.resolve("inbox");
  }

  /** Where files are put whose events take a path. */
  public Path inbox(EventPath path) {
    return inbox().resolve(path.label());
  }

  /** A log for each destination. */
  public Path spool() {
    return root.resolve("spool");
  }

  /** A directory for each destination that archives. */
  public Path delivered() {
    return root.resolve("delivered");
  }

  /** A file for each day. */
  public Path deadLetter() {
    return root.resolve("dead-letter");
  }
}
