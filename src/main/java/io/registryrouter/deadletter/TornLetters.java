package io.registryrouter.deadletter;

import io.registryrouter.disk.Aside;
import io.registryrouter.disk.SteadyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a crash left of dead letters that nobody was told of; the next ones take their place. */
final class TornLetters {

  private static final Logger LOG = LoggerFactory.getLogger(TornLetters.class);

  /** Bytes at the end: more than is on its way to disk at any time. */
  private static final long UNFORCED = 64L * 1024 * 1024;

  private TornLetters() {}

  /**
   * Cuts a file to its whole lines. A power failure may also leave zero bytes where a page did not
   * come to disk, and whole lines behind them: these are set aside, for a disk that has damaged
   * what was there leaves the same.
   *
   * @return where it ends now
   */
  static long cut(SteadyFile letters) throws IOException {
    long size = letters.size();
    long hole = hole(letters, size);
    long end = endOfLine(letters, hole);
    if (hole < size) {
      LOG.atWarn()
          .addKeyValue("file", letters.path())
          .addKeyValue("offset", end)
          .addKeyValue("bytes", size - end)
          .addKeyValue("aside", setAside(letters.path(), end, size))
          .log(
              "dead letters are torn, as by a power failure before anybody was told of them; what"
                  + " stands from there on is set aside");
    }
    letters.truncate(end);
    return end;
  }

  /** The first zero byte, which no dead letter has. */
  private static long hole(SteadyFile letters, long size) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(SteadyFile.PIECE);
    for (long at = Math.max(0, size - UNFORCED); at < size; at += piece.limit()) {
      piece.clear().limit((int) Math.min(SteadyFile.PIECE, size - at));
      letters.read(piece, at);
      for (int i = 0; i < piece.limit(); i++) {
        if (piece.get(i) == 0) {
          return at + i;
        }
      }
    }
    return size;
  }

  private static long endOfLine(SteadyFile letters, long before) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(SteadyFile.PIECE);
    long end = before;
    while (end > 0) {
      long from = Math.max(0, end - SteadyFile.PIECE);
      letters.read(piece.clear().limit((int) (end - from)), from);
      for (int i = piece.limit(); i > 0; i--) {
        if (piece.get(i - 1) == '\n') {
          return from + i;
        }
      }
      end = from;
    }
    return 0;
  }

  private static Path setAside(Path letters, long from, long to) throws IOException {
    Path aside = letters.resolveSibling("damaged-" + from + "-" + letters.getFileName());
    Aside.keep(letters, from, to, aside);
    return aside;
  }
}
