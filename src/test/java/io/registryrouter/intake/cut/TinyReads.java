package io.registryrouter.intake.cut;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;

/** Gives one to seven bytes at a time, however many are asked for. */
final class TinyReads extends FilterInputStream {

  private final Random random;

  TinyReads(InputStream in, Random random) {
    super(in);
    this.random = random;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return super.read(buffer, offset, Math.min(length, 1 + random.nextInt(7)));
  }
}
