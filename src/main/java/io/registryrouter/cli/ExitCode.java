package io.registryrouter.cli;

/** What a command's exit code says; one that was called wrongly ends with picocli's own 2. */
final class ExitCode {

  static final int OK = 0;

  /** It failed while running. */
  static final int FAILED = 1;

  /** EX_CONFIG of sysexits.h: a mistake in config/ or routes/. */
  static final int CONFIG = 78;

  private ExitCode() {}
}
