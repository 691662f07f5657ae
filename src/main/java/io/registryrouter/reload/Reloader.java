package io.registryrouter.reload;

import io.registryrouter.check.Check;
import io.registryrouter.config.ConfigException;
import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.LogSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.RunningConfig;
import io.registryrouter.disk.DiskFailure;
import io.registryrouter.flow.Edition;
import io.registryrouter.flow.RoutePlan;
import io.registryrouter.observe.Logs;
import io.registryrouter.observe.Oddities;
import io.registryrouter.observe.OnceAMinute;
import io.registryrouter.observe.Reloads;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices edits of {@code config/} and {@code routes/}, tries each out as {@code bin/router check}
 * does, and puts it in force when it has no error; otherwise everything runs on as it was. Has a
 * thread of its own.
 */
public final class Reloader {

  private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

  /** How often it is looked for edits. */
  private static final long LOOK_MILLIS = 250;

  private final LiveRoutes live;
  private final Clock clock;
  private final Oddities oddities;
  private final Reloads reloads;
  private final Map<String, String> overrides;
  private final EditWatch edits;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::watch, "reload");

  /** Every bean that has run: Camel's expressions keep the one that they found. */
  private final Map<String, String> beans = new HashMap<>();

  private final OnceAMinute blindness = new OnceAMinute();
  private RouterConfig running;
  private boolean applying;

  public Reloader(
      RouterConfig running, LiveRoutes live, Clock clock, Oddities oddities, Reloads reloads) {
    this.running = running;
    this.live = live;
    this.clock = clock;
    this.oddities = oddities;
    this.reloads = reloads;
    this.overrides = running.settings().overrides();
    this.edits = new EditWatch(running.files());
    beans.putAll(running.routes().beans());
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    try {
      while (!stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      LOG.debug("reloading ends", e);
    }
  }

  private void look() throws InterruptedException {
    try {
      switch (edits.look()) {
        case EDITED -> take();
        case UNDONE -> undone();
        case NOTHING_NEW -> {}
        case BLIND -> warnOfBlindness();
      }
    } catch (LiveRoutes.LostException e) {
      reloads.lost();
      refuse(List.of(ConfigProblem.error("config/, routes/", "", e.getMessage())), e);
      stop.countDown(); // what an edit would be compared with does not run
    } catch (ConfigException e) { // a directory of routes that cannot be listed
      refuse(e.problems(), null);
    } catch (IOException e) {
      refuse(cannotBeTaken(DiskFailure.say(e)), e);
    } catch (RuntimeException | Error e) { // such as too deep a YAML for the stack
      refuse(cannotBeTaken(e.toString()), e);
    }
  }

  private static List<ConfigProblem> cannotBeTaken(String why) {
    return List.of(ConfigProblem.error("config/, routes/", "", "cannot be taken: " + why));
  }

  private void warnOfBlindness() {
    if (blindness.isDue(clock.instant())) {
      LOG.warn(
          "no file can be opened, so that no edit is seen, and no connection accepted perhaps; are"
              + " there too few file descriptors (ulimit -n)?");
    }
  }

  private void undone() {
    if (reloads.isRefused()) {
      reloads.mended();
      LOG.info("the refused edit was undone");
    }
  }

  private void take() throws IOException, InterruptedException {
    long started = System.nanoTime();
    Check.Result checked =
        Check.run(running.files().home(), running.settings().environment(), overrides, clock);
    List<ConfigProblem> errors =
        checked
            .config()
            .map(this::objections)
            .filter(objections -> !objections.isEmpty())
            .orElse(checked.errors());
    if (!errors.isEmpty()) {
      if (edits.isStill()) {
        refuse(errors, null);
      }
      return;
    }
    RouterConfig edited = checked.config().orElseThrow();
    List<String> waiting = edited.settings().fixedThatDiffer(running.settings());
    RouterConfig next = waiting.isEmpty() ? edited : keepFixed(edited, waiting);
    if (!edits.isStill(next.files()) || !begin()) {
      return; // edited on while it was tried out, or the router stops
    }
    try {
      checked.logWarnings();
      put(next, waiting, started);
    } finally {
      end();
    }
  }

  /** In force, and into the copy of what runs, before the data directory may be another's. */
  private void put(RouterConfig next, List<String> waiting, long started)
      throws IOException, InterruptedException {
    RoutePlan plan = live.apply(Edition.of(next, clock, oddities));
    running = next;
    beans.putAll(next.routes().beans());
    edits.applied();
    reloads.applied(waiting);
    applyLog(next.log());
    keepCopy(next);
    LOG.atInfo()
        .addKeyValue("routesOut", plan.routesOut())
        .addKeyValue("filesIn", plan.filesIn())
        .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started))
        .log("an edit took effect");
  }

  private List<ConfigProblem> objections(RouterConfig edited) {
    List<ConfigProblem> objections = new ArrayList<>(running.leftOut(edited));
    objections.addAll(edited.routes().changedBeans(beans));
    return objections;
  }

  /** False when the router stops. */
  private synchronized boolean begin() {
    applying = stop.getCount() > 0;
    return applying;
  }

  private synchronized void end() {
    applying = false;
    notifyAll();
  }

  /** The routes run already: what goes wrong here refuses no edit. */
  private static void applyLog(LogSettings settings) {
    try {
      Logs.apply(settings);
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .log("the settings of the log could not be put in force; the rest of the edit is");
    }
  }

  /** For {@code check --diff}; that it cannot be written is no reason not to run. */
  public static void keepCopy(RouterConfig config) {
    try {
      RunningConfig.write(config);
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("error", e)
          .log("no copy of what runs could be kept; check --diff does not show this edit");
    }
  }

  /** Loaded once more with the values that cannot change while running. */
  private RouterConfig keepFixed(RouterConfig edited, List<String> waiting) {
    Map<String, String> kept = new LinkedHashMap<>(overrides);
    for (String key : waiting) {
      kept.put(key, running.settings().asMap().get(key));
      if (!reloads.state().waiting().contains(key)) {
        LOG.atWarn()
            .addKeyValue("key", key)
            .log("a setting cannot change while running; it keeps its value until a restart");
      }
    }
    return RouterConfig.load(edited.files().home(), edited.settings().environment(), kept);
  }

  private void refuse(List<ConfigProblem> problems, Throwable cause) {
    if (stop.getCount() == 0) {
      return; // broken off, perhaps, and nobody asks any more
    }
    edits.refused();
    if (problems.equals(reloads.state().problems())) {
      return; // said already
    }
    reloads.refused(problems);
    LOG.atError()
        .addKeyValue(
            "problems", problems.stream().map(Object::toString).collect(Collectors.joining("; ")))
        .setCause(cause)
        .log(
            cause == null
                ? "an edit was refused; everything runs on as it was"
                : "an edit was refused; it could not be put in force");
  }

  /**
   * Looks for no more edits, and waits for the one that is being put in force; one that is only
   * being tried out is left to itself.
   *
   * @throws InterruptedException when the caller is interrupted first
   */
  public synchronized void close(Duration patience) throws InterruptedException {
    stop.countDown();
    long deadline = System.nanoTime() + patience.toNanos();
    while (applying && System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline - System.nanoTime()));
    }
  }
}
