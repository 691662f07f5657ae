package io.registryrouter.intake.tail;

import io.registryrouter.support.UnsupportedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file that says where it is read before it is, so that something can happen there. */
final class WatchedFile extends UnsupportedChannel {

  private final FileChannel file;
  private final Watcher watcher;

  /** Told of every read. */
  @FunctionalInterface
  interface Watcher {
    void isRead(long at) throws IOException;
  }

  WatchedFile(FileChannel file, Watcher watcher) {
    this.file = file;
    this.watcher = watcher;
  }

  @Override
  public int read(ByteBuffer bytes, long at) throws IOException {
    watcher.isRead(at);
    return file.read(bytes, at);
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }
}
