package io.registryrouter.spool;

import java.io.IOException;

/** The spool's quota is reached; intake waits until delivery has made room. */
public final class SpoolFullException extends IOException {

  private static final long serialVersionUID = 1L;

  SpoolFullException(long size, long asked, long maxSize) {
    super(
        String.format(
            "the spool holds %d bytes and has no room for %d more, router.spool.max-size is %d"
                + " bytes; intake goes on when destinations have taken some",
            size, asked, maxSize));
  }
}
