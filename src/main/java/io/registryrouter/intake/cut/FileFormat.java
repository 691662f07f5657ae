package io.registryrouter.intake.cut;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** What a file's name says about its content. */
public final class FileFormat {

  private static final int CHUNK = 64 * 1024;

  private FileFormat() {}

  /** {@code .ndjson} and {@code .jsonl} are lines; of other files the first bytes tell. */
  public static Framing framing(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    return name.endsWith(".ndjson") || name.endsWith(".jsonl") ? Framing.LINES : Framing.DETECT;
  }

  /**
   * The file's bytes, inflated when its name ends in {@code .gz}. Damaged compression shows as
   * {@link BrokenInputException}, a file that cannot be read as any other {@link IOException}.
   */
  public static InputStream open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".gz")
        ? inflate(bytes)
        : bytes;
  }

  /** All members of a gzip stream (RFC 1952), one after the other. */
  public static InputStream inflate(InputStream compressed) throws IOException {
    return new Inflating(new BufferedInputStream(new Marked(compressed), CHUNK));
  }

  /** Makes an error of the source itself recognisable behind the inflater. */
  private static final class Marked extends FilterInputStream {

    Marked(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return super.read(buffer, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Opens the gzip stream at the first read, so that a bad header is found there too. It gives all
   * bytes before the damage, and from then on says what is damaged.
   */
  private static final class Inflating extends InputStream {

    /** Of so many bytes right before damaged data some may be missing. */
    private static final int PIECE = 1024;

    private final InputStream compressed;
    private GzipCompressorInputStream inflated;
    private BrokenInputException damage;

    Inflating(InputStream compressed) {
      this.compressed = compressed;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (damage != null) {
        throw damage;
      }
      long before = inflated == null ? 0 : inflated.getUncompressedCount();
      try {
        if (inflated == null) {
          inflated =
              GzipCompressorInputStream.builder()
                  .setInputStream(compressed)
                  .setDecompressConcatenated(true)
                  .get();
        }
        return inflated.read(buffer, offset, Math.min(length, PIECE));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (EOFException e) {
        damage = new BrokenInputException("gzip: it ends too early", e);
      } catch (IOException e) {
        damage = new BrokenInputException("gzip: " + e.getMessage(), e);
      }
      long inflatedNow = inflated == null ? 0 : inflated.getUncompressedCount() - before;
      if (inflatedNow == 0) {
        throw damage;
      }
      return (int) inflatedNow;
    }

    @Override
    public void close() throws IOException {
      if (inflated != null) {
        inflated.close(); // its memory is outside of the heap
      }
      compressed.close();
    }
  }
}
