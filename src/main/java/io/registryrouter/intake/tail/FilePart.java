package io.registryrouter.intake.tail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file up to some byte, as a stream; closing it leaves the file open. */
final class FilePart extends InputStream {

  private final FileChannel file;
  private final long end;
  private long at;

  FilePart(FileChannel file, long end) {
    this.file = file;
    this.end = end;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int wanted = (int) Math.min(length, end - at);
    int read = wanted <= 0 ? -1 : file.read(ByteBuffer.wrap(bytes, offset, wanted), at);
    at += Math.max(0, read);
    return read;
  }

  @Override
  public void skipNBytes(long bytes) {
    at += bytes;
  }
}
