package io.registryrouter.disk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads and writes the JSON of the router's own small files. */
public final class SmallJson {

  /**
   * They are UTF-8. Where a power failure left zeros at a beginning, a guess would be UTF-32, and
   * what cannot be read as that would count as trouble of the disk, not as an unreadable file.
   */
  public static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build());

  private SmallJson() {}
}
