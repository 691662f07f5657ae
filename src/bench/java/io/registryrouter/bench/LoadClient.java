package io.registryrouter.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * An HTTP/1.1 client that takes as little of the machine as it can: one thread, requests rendered
 * beforehand, connections kept. A connection has one request under way at a time.
 */
final class LoadClient {

  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

  private final InetSocketAddress address;
  private final List<byte[]> requests;
  private final long[] answered;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private int next;

  /**
   * @param requests head and body of each
   */
  LoadClient(int port, List<byte[]> requests) {
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.requests = requests;
    this.answered = new long[requests.size()];
  }

  /** A request as it goes over the wire. */
  static byte[] post(String path, String contentType, byte[] body) {
    byte[] head =
        String.format(
                "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
                path, contentType, body.length)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] request = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return request;
  }

  /**
   * Sends all requests and waits for their answers.
   *
   * @param perSecond how many to begin each second; 0 for as fast as they are answered
   * @return when each was answered, {@link System#nanoTime()}
   * @throws IOException when one is answered with anything but 202
   */
  long[] run(int connections, int perSecond) throws IOException {
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        idle.add(new Connection(selector));
      }
      long start = System.nanoTime();
      int done = 0;
      while (done < requests.size()) {
        long wait = begin(start, perSecond);
        done += answers(selector, wait);
      }
      for (Connection connection : idle) {
        connection.channel.close();
      }
      return answered;
    }
  }

  /** Begins what is due; returns how many nanoseconds until the next is, or 0 when that is open. */
  private long begin(long start, int perSecond) throws IOException {
    while (next < requests.size() && !idle.isEmpty()) {
      if (perSecond > 0) {
        long due = start + next * 1_000_000_000L / perSecond - System.nanoTime();
        if (due > 0) {
          return due;
        }
      }
      idle.poll().send(next++);
    }
    return 0;
  }

  private int answers(Selector selector, long wait) throws IOException {
    int done = 0;
    if (wait > 0 && wait < 1_000_000) {
      selector.selectNow();
    } else {
      selector.select(wait / 1_000_000);
    }
    for (SelectionKey key : selector.selectedKeys()) {
      Connection connection = (Connection) key.attachment();
      if (key.isWritable()) {
        connection.write();
      }
      if (key.isReadable() && connection.read()) {
        idle.add(connection);
        done++;
      }
    }
    selector.selectedKeys().clear();
    return done;
  }

  private final class Connection {

    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer in = ByteBuffer.allocateDirect(4096);
    private final ByteBuffer out = ByteBuffer.allocateDirect(64 * 1024);
    private byte[] request;
    private int sent;
    private int which;

    Connection(Selector selector) throws IOException {
      channel = SocketChannel.open(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send(int index) throws IOException {
      which = index;
      request = requests.get(index);
      sent = 0;
      in.clear();
      write();
    }

    void write() throws IOException {
      while (sent < request.length) {
        out.clear();
        out.put(request, sent, Math.min(out.capacity(), request.length - sent)).flip();
        int written = channel.write(out);
        sent += written;
        if (out.hasRemaining()) {
          key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
          return;
        }
      }
      key.interestOps(SelectionKey.OP_READ);
    }

    /** True when the answer is there. */
    boolean read() throws IOException {
      if (channel.read(in) < 0) {
        throw new IOException("a connection was closed before its answer");
      }
      byte[] bytes = new byte[in.position()];
      in.duplicate().flip().get(bytes);
      String text = new String(bytes, StandardCharsets.US_ASCII);
      int head = text.indexOf(new String(HEAD_END, StandardCharsets.US_ASCII));
      if (head < 0) {
        return false;
      }
      if (!text.startsWith("HTTP/1.1 202")) {
        throw new IOException("not taken: " + text);
      }
      int length = text.indexOf("content-length: ") + "content-length: ".length();
      int body = Integer.parseInt(text.substring(length, text.indexOf('\r', length)));
      if (bytes.length < head + HEAD_END.length + body) {
        return false;
      }
      answered[which] = System.nanoTime();
      return true;
    }
  }
}
