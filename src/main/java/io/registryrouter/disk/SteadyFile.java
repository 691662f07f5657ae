package io.registryrouter.disk;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.apache.commons.lang3.function.FailableFunction;

/**
 * A file that stays open when a thread that uses it is interrupted. A {@link FileChannel} would
 * close, for all threads and for good: one route that is stopped in the middle of an append would
 * close its destination's log. Thread-safe.
 */
public final class SteadyFile implements Closeable {

  /**
   * How much is read or written at once; each thread keeps a buffer of Java's own that is as large.
   */
  public static final int PIECE = 128 * 1024;

  private final Path path;
  private final Object key;
  private FileChannel channel;

  /** From the first time that it is written to. */
  private FileChannel forcing;

  private boolean closed;

  private SteadyFile(Path path, Object key, FileChannel channel) {
    this.path = path;
    this.key = key;
    this.channel = channel;
  }

  /** Opens it for reading and writing, and makes it when it is not there. */
  public static SteadyFile open(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new SteadyFile(path, FileState.of(path).key(), channel);
  }

  public Path path() {
    return path;
  }

  /** False once somebody has deleted or replaced it: what is written to it nobody would find. */
  public boolean isInPlace() throws IOException {
    return FileState.ifThere(path).filter(now -> Objects.equals(now.key(), key)).isPresent();
  }

  public long size() throws IOException {
    return steadily(FileChannel::size);
  }

  /** Writes all bytes; after an exception any of them may be there. */
  public void write(ByteBuffer bytes, long position) throws IOException {
    forcing(); // is open before anything is written, so that it hears of whatever fails behind that
    long start = position - bytes.position();
    while (bytes.hasRemaining()) {
      steadily(file -> file.write(bytes, start + bytes.position()));
    }
  }

  /** Fills the buffer. */
  public void read(ByteBuffer into, long position) throws IOException {
    long start = position - into.position();
    int end = into.limit();
    while (into.position() < end) {
      into.limit(Math.min(into.position() + PIECE, end));
      if (steadily(file -> file.read(into, start + into.position())) < 0) {
        throw new EOFException(path + " ends before byte " + (start + into.position()));
      }
    }
  }

  public void truncate(long size) throws IOException {
    steadily(file -> file.truncate(size));
  }

  /**
   * Brings to disk what was written, through a channel of its own: a thread that reads or writes
   * and is interrupted closes the other one, and an fsync would then say that instead of what the
   * system said, which says it once. So it is not asked for again either.
   */
  public void force() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      forcing().force(false);
    } catch (ClosedChannelException e) {
      throw isClosed() ? e : named("an fsync was cut short: a thread was interrupted", e);
    } catch (IOException e) {
      throw named(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private <T> T steadily(FailableFunction<FileChannel, T, IOException> use) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return use.apply(channel());
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        } catch (ClosedChannelException e) {
          if (isClosed()) {
            throw e;
          } // else another thread was interrupted
        } catch (IOException e) {
          throw named(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Such as "No space left on device", which does not say where. */
  private IOException named(IOException e) {
    return e instanceof FileSystemException || e instanceof ClosedChannelException
        ? e
        : named(e.getMessage(), e);
  }

  private IOException named(String what, IOException cause) {
    IOException named = new FileSystemException(path.toString(), null, what);
    named.initCause(cause);
    return named;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized FileChannel channel() throws IOException {
    if (!closed && !channel.isOpen()) {
      channel = open();
    }
    return channel;
  }

  /** One that is not in place any more can be forced through the other one only. */
  private synchronized FileChannel forcing() throws IOException {
    if (forcing != null && forcing.isOpen()) {
      return forcing;
    }
    if (closed || !isInPlace()) {
      return channel();
    }
    forcing = open();
    return forcing;
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Gives its descriptors back until it is used again; it is not made then if it is gone. */
  public synchronized void rest() throws IOException {
    channel.close();
    if (forcing != null) {
      forcing.close();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    rest();
  }
}
