package io.registryrouter.intake.tail;

import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.Gate;
import io.registryrouter.intake.Handover;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code from: tail:<path>}: gives the route batch after batch, on a thread of its own. The lines
 * are done with once everything of them is on disk; until then they come again.
 */
final class TailConsumer extends DefaultConsumer {

  private static final Logger LOG = LoggerFactory.getLogger(TailConsumer.class);

  /** How often it is looked whether files have grown, come or gone. */
  private static final long LOOK_MILLIS = 200;

  /** How long stopping waits for what is under way to the disk. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Tails tails;
  private final Gate gate;
  private String trouble = "";
  private long looked;
  private Thread thread;
  private CountDownLatch stop;

  TailConsumer(Endpoint endpoint, Processor processor, Tails tails, Gate gate) {
    super(endpoint, processor);
    this.tails = tails;
    this.gate = gate;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    stop = new CountDownLatch(1);
    looked = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    thread = new Thread(this::follow, "tail-" + tails.path());
    thread.start();
  }

  /** Ends behind the batches under way. */
  @Override
  protected void doStop() throws Exception {
    if (thread != null) {
      stop.countDown();
      thread.join(PATIENCE.toMillis());
      thread.interrupt();
      thread.join();
      thread = null;
    }
    super.doStop();
  }

  private void follow() {
    long pause = 0;
    try {
      while (!stop.await(pause, TimeUnit.MILLISECONDS)) {
        pause = step();
      }
    } catch (InterruptedException e) {
      LOG.atWarn()
          .addKeyValue("path", tails.path())
          .log("stopped in the middle of a batch; its lines come again");
    }
  }

  /** Returns how long to wait for the next, in milliseconds. */
  private long step() throws InterruptedException {
    try {
      if (System.nanoTime() - looked >= TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
        tails.look();
        looked = System.nanoTime();
      }
      boolean any = tails.pass(this::take, () -> stop.getCount() == 0);
      trouble = "";
      return any ? 0 : LOOK_MILLIS;
    } catch (IOException | RuntimeException | Error e) { // the thread must not die of any
      if (!e.toString().equals(trouble)) {
        LOG.atError().addKeyValue("path", tails.path()).setCause(e).log("tailing waits");
      }
      trouble = e.toString();
      tails.waits(e);
      return 5 * LOOK_MILLIS;
    }
  }

  private CompletableFuture<Void> take(RawBatch batch) throws InterruptedException {
    CompletableFuture<Void> taken = new CompletableFuture<>();
    gate.enter();
    try {
      Handover.give(batch, this, (handover, failure) -> routed(taken, handover, failure));
    } catch (RuntimeException | Error e) { // nothing was given
      gate.leave();
      throw e;
    }
    return taken;
  }

  private void routed(CompletableFuture<Void> taken, Handover handover, Exception failure) {
    gate.leave();
    if (failure == null) {
      taken.complete(null);
    } else { // what of it is on its way to the disk is known there when the lines come again
      handover.durable().whenComplete((onDisk, why) -> taken.completeExceptionally(failure));
    }
  }
}
