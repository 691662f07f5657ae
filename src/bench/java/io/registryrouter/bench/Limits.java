package io.registryrouter.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the machine can do at most, so that figures of another machine can be compared. */
final class Limits {

  private static final int MEGABYTE = 1 << 20;

  private Limits() {}

  /** Sequential writes of 1 MiB, each followed by an fsync; MB/s. */
  static double fsyncedMegabytesPerSecond(Path directory) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(MEGABYTE);
    int blocks = 256;
    return blocks / seconds(directory, block, blocks);
  }

  /** One write of 4 KiB with its fsync; milliseconds. */
  static double fsyncMillis(Path directory) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(4096);
    int blocks = 500;
    return seconds(directory, block, blocks) * 1000 / blocks;
  }

  private static double seconds(Path directory, ByteBuffer block, int blocks) throws IOException {
    Path file = Files.createTempFile(directory, "fsync", ".bin");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long start = System.nanoTime();
      for (int i = 0; i < blocks; i++) {
        channel.write(block.rewind());
        channel.force(false);
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      Files.delete(file);
    }
  }

  /** Bodies of 1 MiB over loopback HTTP to a server that throws them away, 4 connections; MB/s. */
  static double loopbackMegabytesPerSecond() throws IOException {
    Vertx vertx = Vertx.vertx();
    try {
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(
                  request ->
                      request
                          .handler(chunk -> {})
                          .endHandler(end -> request.response().setStatusCode(202).end("{}")))
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .join();
      byte[] body = new byte[MEGABYTE];
      List<byte[]> requests =
          Collections.nCopies(2000, LoadClient.post("/", "application/octet-stream", body));
      new LoadClient(server.actualPort(), requests).run(4, 0);
      long start = System.nanoTime();
      new LoadClient(server.actualPort(), requests).run(4, 0);
      return requests.size() * 1e9 / (System.nanoTime() - start);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** jackson-core over events, every token looked at and nothing kept, one thread; events/s. */
  static double parsedPerSecond(int size) throws IOException {
    EventLines lines = new EventLines(List.copyOf(RouterHome.DESTINATIONS.keySet()), size, 1);
    List<byte[]> events = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      events.add(lines.next());
    }
    JsonFactory json = new JsonFactory();
    double best = 0;
    for (int round = 0; round < 5; round++) {
      long start = System.nanoTime();
      for (byte[] event : events) {
        try (JsonParser parser = json.createParser(event)) {
          while (parser.nextToken() != null) {}
        }
      }
      best = Math.max(best, events.size() * 1e9 / (System.nanoTime() - start));
    }
    return best;
  }
}
