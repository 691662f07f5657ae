package io.registryrouter.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.decode.Decoder;
import io.registryrouter.event.EventBatch;
import io.registryrouter.deliver.Requests;
import io.registryrouter.enrich.EnrichedBatch;
import io.registryrouter.enrich.Enricher;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.Framing;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.observe.Oddities;
import io.registryrouter.route.Group;
import io.registryrouter.route.Grouper;
import io.registryrouter.spool.Slice;
import io.registryrouter.spool.SpoolLog;
import io.registryrouter.spool.Undelivered;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Each stage alone, over a batch as a file is cut into, so that a regression has an address: {@code
 * bin/bench stages}. Time per event, one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Stages.EVENTS)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class Stages {

  /** Events of a batch; 1.4 kB each make about 1 MiB. */
  static final int EVENTS = 750;

  private static final int EVENT_BYTES = 1400;
  private static final int MAX_EVENT = 1 << 20;

  private final Source source = new Source(Source.Kind.FILE, "bench.ndjson");
  private final Decoder decoder = new Decoder();
  private final ByteBuffer out = ByteBuffer.allocateDirect(4 * EVENT_BYTES);
  private RouterConfig config;
  private byte[] lines;
  private Enricher enricher;
  private RawBatch raw;
  private EventBatch decoded;
  private EnrichedBatch enriched;
  private Group group;

  @Setup
  public void prepare() throws IOException {
    config = RouterConfig.load(Path.of(System.getProperty("bench.home", "")), Map.of(), Map.of());
    enricher = new Enricher(config, Clock.systemUTC(), new Oddities(new SimpleMeterRegistry()));
    EventLines made = new EventLines(List.of("us.icr.io"), EVENT_BYTES, 1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < EVENTS; i++) {
      all.write(made.next());
      all.write('\n');
    }
    lines = all.toByteArray();
    raw = cut();
    decoded = decode();
    enriched = enrich();
    group = group().get(0);
  }

  @Benchmark
  public RawBatch cut() throws IOException {
    return new EventCutter(
            EventPath.ACTIVITY_TRACKER,
            source,
            Framing.LINES,
            new ByteArrayInputStream(lines),
            MAX_EVENT,
            lines.length)
        .next();
  }

  @Benchmark
  public EventBatch decode() {
    return decoder.decode(raw);
  }

  @Benchmark
  public EnrichedBatch enrich() {
    return enricher.enrich(decoded);
  }

  @Benchmark
  public List<Group> group() {
    return Grouper.group(enriched);
  }

  @Benchmark
  public ByteBuffer splice() {
    for (int i = 0; i < group.size(); i++) {
      group.write(i, out.clear());
    }
    return out;
  }

  /** A log with its fsync left out, so that the disk's speed is not what is measured. */
  @State(Scope.Benchmark)
  public static class Log {

    private Path directory;
    private SpoolLog log;

    @Setup(Level.Iteration)
    public void open(Stages stages) throws IOException {
      directory = Files.createTempDirectory("stages");
      RouterConfig unsafe =
          RouterConfig.load(
              Path.of(System.getProperty("bench.home", "")),
              Map.of(),
              Map.of("router.spool.fsync", "false"));
      Executor none = Runnable::run;
      log = SpoolLog.open("bench", directory, unsafe.spool(), Clock.systemUTC(), none);
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
      log.close();
      Directories.delete(directory);
    }
  }

  @Benchmark
  public Object append(Log spool) throws IOException {
    Object appended = spool.log.append(group, 0);
    Undelivered undelivered = spool.log.undelivered();
    Slice all = undelivered.next(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, new byte[0]);
    undelivered.done(all, 0, () -> {});
    return appended;
  }

  /** A request of the batch, written to nowhere. */
  @State(Scope.Benchmark)
  public static class Post {

    @Param({"ndjson", "json", "logdna", "cloud-logs", "cloudevents"})
    String format;

    private Requests requests;
    private Slice slice;

    @Setup
    public void prepare(Stages stages) throws IOException {
      RouterConfig config =
          RouterConfig.load(
              Path.of(System.getProperty("bench.home", "")),
              Map.of(),
              Map.of(
                  "router.destination.us-south.type", "http",
                  "router.destination.us-south.url", "http://127.0.0.1:1/",
                  "router.destination.us-south.format", format));
      requests = new Requests(config, Clock.systemUTC(), () -> "bench");
      ByteBuffer bytes = ByteBuffer.allocate((int) stages.group.bytes());
      for (int i = 0; i < stages.group.size(); i++) {
        stages.group.write(i, bytes);
      }
      int length = bytes.position();
      slice =
          new Slice(
              "us-south", "bench", 0, length, bytes.array(), length, EVENTS, offset -> null);
    }
  }

  @Benchmark
  public OutputStream format(Post post) throws IOException {
    OutputStream nowhere = OutputStream.nullOutputStream();
    post.requests.request(post.slice).body().writeTo(nowhere);
    return nowhere;
  }
}
