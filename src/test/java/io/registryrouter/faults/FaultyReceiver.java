package io.registryrouter.faults;

import io.registryrouter.support.FreePort;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A destination over plain sockets that goes wrong as its plan says. A request with a poisoned
 * event is refused for good, whatever else is in it.
 */
final class FaultyReceiver implements AutoCloseable {

  private static final int[] REFUSALS = {400, 413, 422};
  private static final int REFUSED_FOR_MILLIS = 150;
  private static final int CONNECTIONS_CLOSED = 3;

  private final String destination;
  private final Wire wire;
  private final Arrivals arrivals;
  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultyReceiver::daemon);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(FaultyReceiver::daemon);
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger toClose = new AtomicInteger();
  private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
  private volatile FaultPlan plan;
  private ServerSocket listening;
  private boolean closed;

  /** A request as it came. */
  private record Request(String target, Map<String, String> headers, int length) {}

  FaultyReceiver(String destination, Wire wire, Arrivals arrivals, FaultPlan plan)
      throws IOException {
    this.destination = destination;
    this.wire = wire;
    this.arrivals = arrivals;
    this.plan = plan;
    this.port = FreePort.next(); // where nobody else comes while it refuses
    listen();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "faulty-receiver");
    thread.setDaemon(true);
    return thread;
  }

  String destination() {
    return destination;
  }

  String url() {
    return "http://127.0.0.1:" + port + "/events";
  }

  Arrivals arrivals() {
    return arrivals;
  }

  void follow(FaultPlan next) {
    plan = next;
  }

  /** From now on nobody listens, until {@link #listen}. */
  synchronized void refuse() {
    closeQuietly(listening);
    connections.forEach(FaultyReceiver::closeQuietly);
  }

  synchronized void listen() throws IOException {
    if (closed || (listening != null && !listening.isClosed())) {
      return;
    }
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    listening = socket;
    threads.execute(() -> accept(socket));
  }

  private void refuseForAWhile() {
    refuse();
    timer.schedule(this::listenAgain, REFUSED_FOR_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void listenAgain() {
    try {
      listen();
    } catch (IOException e) { // the port is taken for the moment
      timer.schedule(this::listenAgain, REFUSED_FOR_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        if (toClose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
          closeQuietly(connection);
        } else {
          connections.add(connection);
          threads.execute(() -> serve(connection));
        }
      } catch (IOException e) {
        closeQuietly(socket);
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      boolean open = true;
      while (open) {
        open = serveNext(connection, in);
      }
    } catch (IOException e) {
      // broken off by either side: part of the plan
    } finally {
      connections.remove(connection);
    }
  }

  private boolean serveNext(Socket connection, InputStream wireIn) throws IOException {
    Request request = head(wireIn);
    InputStream in = wireIn;
    if (request.headers().containsKey("transfer-encoding")) {
      byte[] chunks = chunks(wireIn);
      request = new Request(request.target(), request.headers(), chunks.length);
      in = new ByteArrayInputStream(chunks);
    }
    String key = request.headers().get("idempotency-key");
    if (key == null || !request.target().equals("/events")) {
      in.readNBytes(request.length());
      return answer(connection, 418, ""); // someone took this port for another's
    }
    Fault fault = plan.next();
    count(fault);
    if (fault == Fault.RESET_IN_BODY) {
      in.readNBytes(request.length() / 2);
      connection.setSoLinger(true, 0);
      return false;
    }
    byte[] body = fault == Fault.SLOW_READ ? readSlowly(in, request) : readAll(in, request);
    arrivals.read(key, body);
    return act(fault, connection, wireIn, key, body);
  }

  private boolean act(Fault fault, Socket connection, InputStream in, String key, byte[] body)
      throws IOException {
    if (fault == Fault.HANG) {
      in.read(); // until the client gives up
      return false;
    } else if (fault == Fault.REFUSE) {
      refuseForAWhile();
      return false;
    } else if (fault == Fault.ACCEPT_AND_CLOSE) {
      toClose.set(CONNECTIONS_CLOSED);
      return false;
    } else if (fault.isRefusalByStatus()) {
      return answer(connection, fault.status(), fault.retryAfterHeader());
    }
    if (Sequence.hasPoison(new String(wire.inflated(body), StandardCharsets.UTF_8))) {
      return answer(connection, REFUSALS[body.length % REFUSALS.length], "");
    }
    arrivals.stored(key, body);
    return fault != Fault.BREAK_AFTER_STORING && answer(connection, 200, "");
  }

  private static boolean answer(Socket connection, int status, String header) throws IOException {
    String head = "HTTP/1.1 " + status + " As planned\r\n" + header + "Content-Length: 0\r\n\r\n";
    connection.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return true;
  }

  private static Request head(InputStream in) throws IOException {
    String[] first = line(in).split(" ");
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Request(
        first[1], headers, Integer.parseInt(headers.getOrDefault("content-length", "0")));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunk(in); size > 0; size = chunk(in)) {
      byte[] chunk = in.readNBytes(size);
      if (chunk.length < size) {
        throw new EOFException("the client closed the connection");
      }
      body.write(chunk);
      line(in);
    }
    line(in);
    return body.toByteArray();
  }

  private static int chunk(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the client closed the connection");
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  private static byte[] readAll(InputStream in, Request request) throws IOException {
    byte[] body = in.readNBytes(request.length());
    if (body.length < request.length()) {
      throw new EOFException("a body that ends early");
    }
    return body;
  }

  /** The pauses are what is tested here; nothing waits for them to be long enough. */
  private static byte[] readSlowly(InputStream in, Request request) throws IOException {
    byte[] body = new byte[request.length()];
    int piece = body.length / 20 + 1;
    for (int at = 0; at < body.length; ) {
      int read = in.read(body, at, Math.min(piece, body.length - at));
      if (read < 0) {
        throw new EOFException("a body that ends early");
      }
      at += read;
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    return body;
  }

  private void count(Fault fault) {
    synchronized (happened) {
      happened.merge(fault, 1, Integer::sum);
    }
  }

  /** How many requests were treated so. */
  int count(Fault... faults) {
    synchronized (happened) {
      int sum = 0;
      for (Fault fault : faults) {
        sum += happened.getOrDefault(fault, 0);
      }
      return sum;
    }
  }

  @Override
  public String toString() {
    synchronized (happened) {
      return destination + ": " + arrivals + "; by plan " + happened;
    }
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // it is gone either way
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    refuse();
    timer.shutdownNow();
    threads.shutdownNow();
  }
}
