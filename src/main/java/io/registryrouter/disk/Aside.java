package io.registryrouter.disk;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Keeps what is damaged for somebody to look at. */
public final class Aside {

  private Aside() {}

  /**
   * Copies a stretch of a file behind what stands in another already. It is on disk when this
   * returns.
   */
  public static void keep(Path file, long from, long to, Path aside) throws IOException {
    try (FileChannel in = FileChannel.open(file);
        FileChannel out = FileChannel.open(aside, CREATE, WRITE)) {
      out.position(out.size());
      long at = from;
      while (at < to) {
        at += in.transferTo(at, to - at, out);
      }
      out.force(true);
    }
    Directories.force(aside.getParent());
  }
}
