package io.registryrouter.bench;

import io.registryrouter.decode.Bytes;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The log services: takes events on {@code /<destination>}, one a line, and notes which came, in
 * what order, and when. As it shares the machine with what is measured, it is one thread that looks
 * at each byte once. It knows as much of HTTP/1.1 as its clients use.
 */
final class Receiver implements Closeable {

  private static final int LARGEST_REQUEST = 4 << 20;
  private static final Pattern REQUEST =
      Pattern.compile("POST /(\\S*) .*?^content-length: *(\\d+)", flags());

  private final ServerSocketChannel server;
  private final Selector selector;
  private final Thread thread;
  private final Map<String, Lane> lanes = new HashMap<>();
  private volatile boolean refusing;

  private static int flags() {
    return Pattern.CASE_INSENSITIVE | Pattern.DOTALL | Pattern.MULTILINE;
  }

  /** The events of one destination, across all its registries. */
  static final class Lane {

    private final Map<Integer, BitSet> seen = new HashMap<>();
    private final Map<Integer, Long> last = new HashMap<>();
    private long[] times = new long[0];
    private long events;
    private long requests;
    private long doubles;
    private long disordered;
    private long lastArrival;
  }

  /**
   * What came since the last {@link #reset}.
   *
   * @param disordered events that did not follow the one before them of their registry
   * @param lastArrival {@link System#nanoTime()}
   */
  record Arrived(long events, long requests, long doubles, long disordered, long lastArrival) {}

  Receiver() throws IOException {
    selector = Selector.open();
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    thread = new Thread(this::serve, "receiver");
    thread.setDaemon(true);
    thread.start();
  }

  String url(String destination) {
    return "http://127.0.0.1:" + server.socket().getLocalPort() + "/" + destination;
  }

  /** From now on every request is answered with 503, or not. */
  void refuse(boolean on) {
    refusing = on;
  }

  private void serve() {
    try {
      while (selector.isOpen()) {
        selector.select();
        if (!selector.isOpen()) {
          return;
        }
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.attachment() instanceof Connection connection) {
            connection.read(key);
          } else {
            accept();
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = server.accept();
    if (channel != null) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
    }
  }

  private final class Connection {

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(LARGEST_REQUEST);
    private byte[] body = new byte[0];
    private boolean asked;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    void read(SelectionKey key) throws IOException {
      int read;
      try {
        read = channel.read(in);
      } catch (IOException e) {
        read = -1; // reset by a client that ended
      }
      if (read < 0) {
        key.cancel();
        channel.close();
        return;
      }
      take();
    }

    private void take() throws IOException {
      String head = head();
      if (head == null) {
        return;
      }
      Matcher request = REQUEST.matcher(head);
      if (!request.find()) {
        throw new IOException("this receiver takes POST with Content-Length only, not: " + head);
      }
      int length = Integer.parseInt(request.group(2));
      if (in.position() < head.length() + length) {
        if (!asked && head.contains("100-continue")) {
          asked = true;
          answer("100 Continue", "");
        }
        return;
      }
      if (in.position() > head.length() + length) {
        throw new IOException("this receiver takes one request at a time");
      }
      if (body.length < length) {
        body = new byte[length * 2];
      }
      in.position(head.length()).get(body, 0, length).clear();
      asked = false;
      if (refusing) {
        answer("503 Service Unavailable", "Content-Length: 0\r\n");
      } else {
        note(request.group(1), body, length);
        answer("204 No Content", "");
      }
    }

    private String head() {
      byte[] first = new byte[Math.min(in.position(), 2048)];
      in.duplicate().flip().get(first);
      String text = new String(first, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      return end < 0 ? null : text.substring(0, end + 4);
    }

    private void answer(String status, String fields) throws IOException {
      String head = "HTTP/1.1 " + status + "\r\n" + fields + "\r\n";
      channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)));
    }
  }

  private synchronized void note(String destination, byte[] body, int length) {
    Lane lane = lanes.computeIfAbsent(destination, path -> new Lane());
    lane.lastArrival = System.nanoTime();
    lane.requests++;
    int start = 0;
    while (start < length) {
      int found = Bytes.lineFeed(body, start, length);
      int end = found < 0 ? length : found;
      if (end - start > EventLines.NUMBER_AT) {
        event(lane, body, idIn(body, start, end));
      }
      start = end + 1;
    }
    notifyAll();
  }

  /** Where the id begins as it does in {@link EventLines}; one who sorts members moves it. */
  private static int idIn(byte[] bytes, int start, int end) {
    int at = start;
    while (at + EventLines.NUMBER_AT < end
        && !(bytes[at + 7] == '5'
            && bytes[at + 8] == 'e'
            && bytes[at + 15] == '-'
            && bytes[at + 20] == '-')) {
      at++;
    }
    return at;
  }

  private static void event(Lane lane, byte[] line, int start) {
    int registry = 0;
    for (int i = start + 11; i < start + 15; i++) {
      registry = registry * 16 + Character.digit(line[i], 16);
    }
    int from = start + EventLines.NUMBER_AT;
    int number = 0;
    for (int i = from; i < from + EventLines.NUMBER_DIGITS; i++) {
      number = number * 10 + line[i] - '0';
    }
    lane.events++;
    BitSet seen = lane.seen.computeIfAbsent(registry, which -> new BitSet());
    if (seen.get(number)) {
      lane.doubles++;
    }
    seen.set(number);
    Long before = lane.last.put(registry, (long) number);
    if (number != (before == null ? 0 : before + 1)) {
      lane.disordered++;
    }
    if (number < lane.times.length) {
      lane.times[number] = lane.lastArrival;
    }
  }

  /** Notes for the first so many events of a destination when they come. */
  synchronized void takeTimes(String destination, int events) {
    lanes.computeIfAbsent(destination, path -> new Lane()).times = new long[events];
  }

  /** When each event came, {@link System#nanoTime()}; 0 for one that did not. */
  synchronized long[] times(String destination) {
    long[] times = lanes.get(destination).times;
    return Arrays.copyOf(times, times.length);
  }

  synchronized Arrived arrived() {
    long events = 0;
    long requests = 0;
    long doubles = 0;
    long disordered = 0;
    long last = 0;
    for (Lane lane : lanes.values()) {
      events += lane.events;
      requests += lane.requests;
      doubles += lane.doubles;
      disordered += lane.disordered;
      last = Math.max(last, lane.lastArrival);
    }
    return new Arrived(events, requests, doubles, disordered, last);
  }

  /** Waits until so many came since the last reset; when they do not, says how many did. */
  synchronized Arrived await(long events) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (arrived().events() < events) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException("only " + arrived() + " of " + events + " events came");
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return arrived();
  }

  /** Forgets what came. */
  synchronized void reset() {
    lanes.clear();
  }

  @Override
  public void close() throws IOException {
    selector.close();
    server.close();
  }
}
