package io.registryrouter.event;

/**
 * One audit event of a batch: where its bytes are, and the few fields that decide its way. A field
 * is null when it is absent or no string.
 *
 * @param start index of its first byte in the batch's buffer
 * @param end index after its last byte
 * @param line of the source in which it starts, from 1
 * @param offset in its source at which it starts, in bytes after inflating
 * @param cuts index pairs (from, to) of earlier enrichment to leave out; null when there is none
 */
public record Event(int start, int end, long line, long offset, Fields fields, int[] cuts) {

  /**
   * The fields looked at, CADF names; in a wrapped event those inside {@code payload}.
   *
   * @param logSourceCrn the one at the top
   * @param payloadLogSourceCrn the one inside {@code payload} of a wrapped event
   */
  public record Fields(
      boolean wrapped,
      String action,
      String eventTime,
      String targetName,
      String parameterRepository,
      String parameterName,
      String requestRepository,
      String targetHost,
      String targetId,
      String logSourceCrn,
      String payloadLogSourceCrn,
      String id) {}
}
