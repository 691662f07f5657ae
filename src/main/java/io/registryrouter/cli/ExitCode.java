package io.registryrouter.cli;

/** What a command's exit code says. */
final class ExitCode {

  static final int OK = 0;

  /** It failed while running. */
  static final int FAILED = 1;

  /** It was called wrongly. */
  static final int USAGE = 2;

  /** EX_CONFIG of sysexits.h: a mistake in config/ or routes/. */
  static final int CONFIG = 78;

  private ExitCode() {}
}
