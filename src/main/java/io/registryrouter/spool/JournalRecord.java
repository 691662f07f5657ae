package io.registryrouter.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What one write to the journal holds: of each log a stretch of events, and where it belongs.
 *
 * <p>As bytes, numbers big-endian: the letters {@code RERJRNL1}, the number of the record, the
 * length of all stretches, the CRC32C of these two and of all stretches; then, a stretch after the
 * other, the destination and the name of its log, each behind its length in one byte, the base of
 * the segment, the offset of the first byte, the length, and the events. Zeros fill it up to a
 * whole number of pages, so that no write touches the page of another record.
 *
 * @param number one more than that of the record before
 */
record JournalRecord(long number, List<Stretch> stretches) {

  /** Bytes: what a disk or a file system writes whole or not at all, or more. */
  static final int PAGE = 4096;

  private static final long MAGIC = 0x5245524a524e4c31L;
  private static final int HEAD = 2 * Long.BYTES + 2 * Integer.BYTES;
  private static final int LENGTH_AT = 2 * Long.BYTES;
  private static final int CHECKSUM_AT = LENGTH_AT + Integer.BYTES;

  /**
   * Events of a log.
   *
   * @param log its name, {@link Cursor.State#log}
   * @param base where its segment begins
   * @param from offset of the first byte
   */
  record Stretch(String destination, String log, long base, long from, ByteBuffer events) {

    long to() {
      return from + events.remaining();
    }
  }

  /** How many bytes a record of them takes. */
  static long size(List<Unforced> all) {
    long size = HEAD;
    for (Unforced what : all) {
      size += 2L + text(what.log().destination()).length + text(what.log().id()).length;
      size += 2 * Long.BYTES + Integer.BYTES + what.bytes();
    }
    return (size + PAGE - 1) / PAGE * PAGE;
  }

  /**
   * Lays a record into a buffer that has room for it, from its beginning to its limit.
   *
   * @throws IOException when events cannot be read
   */
  static void write(long number, List<Unforced> all, ByteBuffer into) throws IOException {
    into.clear().position(HEAD);
    for (Unforced what : all) {
      byte[] destination = text(what.log().destination());
      byte[] log = text(what.log().id());
      int bytes = (int) what.bytes();
      into.put((byte) destination.length).put(destination).put((byte) log.length).put(log);
      into.putLong(what.segment().base()).putLong(what.from()).putInt(bytes);
      into.limit(into.position() + bytes);
      what.segment().read(into, what.from());
      into.limit(into.capacity());
    }
    int length = into.position() - HEAD;
    into.putLong(0, MAGIC).putLong(Long.BYTES, number).putInt(LENGTH_AT, length);
    into.putInt(CHECKSUM_AT, checksum(into, length));
    while (into.position() % PAGE != 0) {
      into.put((byte) 0);
    }
    into.flip();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Of the record that begins where the buffer does. */
  private static int checksum(ByteBuffer record, int length) {
    CRC32C crc = new CRC32C();
    crc.update(record.duplicate().position(Long.BYTES).limit(CHECKSUM_AT));
    crc.update(record.duplicate().limit(HEAD + length).position(HEAD));
    return (int) crc.getValue();
  }

  /** The record that begins at a position; empty when there is no whole one. */
  static Optional<JournalRecord> read(ByteBuffer journal, int position) {
    ByteBuffer record = journal.duplicate().position(position).slice();
    if (record.remaining() < HEAD || record.getLong(0) != MAGIC) {
      return Optional.empty();
    }
    int length = record.getInt(LENGTH_AT);
    if (length < 0
        || length > record.remaining() - HEAD
        || record.getInt(CHECKSUM_AT) != checksum(record, length)) {
      return Optional.empty();
    }
    record.position(HEAD).limit(HEAD + length);
    long number = record.getLong(Long.BYTES);
    List<Stretch> stretches = new ArrayList<>();
    while (record.hasRemaining()) {
      stretches.add(
          new Stretch(
              text(record), text(record), record.getLong(), record.getLong(), events(record)));
    }
    return Optional.of(new JournalRecord(number, stretches));
  }

  private static String text(ByteBuffer record) {
    byte[] text = new byte[Byte.toUnsignedInt(record.get())];
    record.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static ByteBuffer events(ByteBuffer record) {
    int length = record.getInt();
    ByteBuffer events = record.slice(record.position(), length);
    record.position(record.position() + length);
    return events;
  }

  /** Where the next record begins behind one at a position. */
  static int next(ByteBuffer journal, int position) {
    int length = HEAD + journal.getInt(position + LENGTH_AT);
    return position + (length + PAGE - 1) / PAGE * PAGE;
  }
}
