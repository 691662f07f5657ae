package io.registryrouter.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A destination on a free port of loopback that keeps what it gets and answers as it is told. */
public final class HttpStub implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Queue<Answer> answers = new ArrayDeque<>();

  private record Answer(int status, String body) {}

  /** The text that is refused, null for none, and how. */
  private record Poison(String text, int status) {

    Optional<Answer> refuses(byte[] body) {
      boolean in = text != null && new String(body, StandardCharsets.UTF_8).contains(text);
      return in ? Optional.of(new Answer(status, "refused")) : Optional.empty();
    }
  }

  /** A request as it arrived; header names in lower case. */
  public record Request(
      String method, String uri, Map<String, String> headers, byte[] body, int answered) {

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final Map<String, String> always = new ConcurrentHashMap<>();
  private volatile Poison poison = new Poison(null, 0);
  private volatile CountDownLatch held = new CountDownLatch(0);

  private HttpStub(HttpServer server) {
    this.server = server;
  }

  public static HttpStub start() throws IOException {
    return start(HttpServer.create(free(), 0));
  }

  /** With TLS, and for clients whose certificate the context trusts if they have to show one. */
  public static HttpStub start(SSLContext tls, boolean clientCertificate) throws IOException {
    HttpsServer server = HttpsServer.create(free(), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
            wanted.setNeedClientAuth(clientCertificate);
            parameters.setSSLParameters(wanted);
          }
        });
    return start(server);
  }

  private static InetSocketAddress free() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static HttpStub start(HttpServer server) {
    HttpStub stub = new HttpStub(server);
    stub.server.createContext("/", stub::handle);
    stub.server.setExecutor(stub.threads);
    stub.server.start();
    return stub;
  }

  /** The next answers; after them 204 again. */
  public HttpStub answer(int... next) {
    for (int status : next) {
      answer(status, "");
    }
    return this;
  }

  /** The same with a body. */
  public HttpStub answer(int status, String body) {
    synchronized (answers) {
      answers.add(new Answer(status, body));
    }
    return this;
  }

  /** A header of every answer. */
  public HttpStub header(String name, String value) {
    always.put(name, value);
    return this;
  }

  /** Lets requests wait for their answers until {@link #release}. */
  public HttpStub hold() {
    held = new CountDownLatch(1);
    return this;
  }

  public void release() {
    held.countDown();
  }

  /** Refuses every request that contains the text. */
  public HttpStub refuse(String text, int status) {
    poison = new Poison(text, status);
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Map<String, String> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    Answer next;
    synchronized (answers) {
      next = answers.poll();
    }
    Answer given = poison.refuses(body).orElse(next == null ? new Answer(204, "") : next);
    int status = given.status();
    String uri = exchange.getRequestURI().toString();
    requests.add(new Request(exchange.getRequestMethod(), uri, headers, body, status));
    awaitRelease();
    byte[] answer = given.body().getBytes(StandardCharsets.UTF_8);
    always.forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private void awaitRelease() {
    try {
      held.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public String url() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return scheme + "://127.0.0.1:" + port() + "/events?tenant=7";
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The lines of all requests that were answered with success, in order. */
  public List<String> lines() {
    return requests.stream()
        .filter(request -> request.answered() < 300)
        .flatMap(request -> request.text().lines())
        .toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
