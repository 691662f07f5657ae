package io.registryrouter.support;

import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * A step that holds whatever comes, once {@link #hold} was called and until {@link #release} is.
 */
public final class Held implements Processor {

  /** As it stands in a route. */
  public static final String STEP = "- process: { ref: \"#class:" + Held.class.getName() + "\" }";

  private static volatile CountDownLatch reached = new CountDownLatch(0);
  private static volatile CountDownLatch on = new CountDownLatch(0);

  public static void hold() {
    reached = new CountDownLatch(1);
    on = new CountDownLatch(1);
  }

  /** Returns once something has come. */
  public static void await() throws InterruptedException {
    reached.await();
  }

  public static void release() {
    on.countDown();
  }

  @Override
  public void process(Exchange exchange) throws InterruptedException {
    reached.countDown();
    on.await();
  }
}
