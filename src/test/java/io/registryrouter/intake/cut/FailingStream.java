package io.registryrouter.intake.cut;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/** Cannot be read from its first byte on. */
final class FailingStream extends InputStream {

  private final Supplier<IOException> failure;

  FailingStream(Supplier<IOException> failure) {
    this.failure = failure;
  }

  @Override
  public int read() throws IOException {
    throw failure.get();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    throw failure.get();
  }
}
