package io.registryrouter.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;

/** Memory, garbage collection and age of the process, as Micrometer measures them. */
public final class ProcessMetrics implements AutoCloseable {

  private final JvmGcMetrics collections = new JvmGcMetrics();

  public ProcessMetrics(MeterRegistry meters) {
    new JvmMemoryMetrics().bindTo(meters);
    collections.bindTo(meters);
    new UptimeMetrics().bindTo(meters);
  }

  @Override
  public void close() {
    collections.close();
  }
}
