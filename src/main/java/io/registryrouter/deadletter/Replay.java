package io.registryrouter.deadletter;

import io.registryrouter.config.DataPaths;
import io.registryrouter.config.EventPath;
import io.registryrouter.event.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Puts the originals of dead letters back into the inbox, with their own bytes, whether a router
 * runs or not. A file a day and path: written hidden, then marked, then renamed, each on disk
 * before the next, so that {@link InterruptedReplays} can tell at any point whether it counts.
 *
 * <p>What dies again is a new dead letter, not replayed; it is not met in the same replay, as days
 * are read only as far as they were written at its beginning.
 */
public final class Replay {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final DataPaths data;
  private final Path directory;
  private final DeadLetterArchive archive;
  private final Clock clock;
  private final Hook hook;

  /** What a replay has just done to a file of it. */
  enum Step {
    CREATED,
    ADDED,
    FORCED,
    MARKED,
    SHOWN
  }

  /** Called after each step, so that a test can end a replay there. */
  @FunctionalInterface
  interface Hook {
    void after(Step step) throws IOException;
  }

  /** A file that the intake takes. */
  public record Put(Path file, int events) {}

  /**
   * @param before how many were replayed before and left alone
   * @param unfit how many cannot be replayed, and why
   */
  public record Result(int replayed, int before, Map<StoredDeadLetter.Obstacle, Integer> unfit) {}

  public Replay(DataPaths data, DeadLetterArchive archive, Clock clock) {
    this(data, archive, clock, step -> {});
  }

  Replay(DataPaths data, DeadLetterArchive archive, Clock clock, Hook hook) {
    this.data = data;
    this.directory = data.deadLetter();
    this.archive = archive;
    this.clock = clock;
    this.hook = hook;
  }

  /** Whether events come from a file that a replay put into an inbox. */
  public static boolean isSourceOf(Source source) {
    return source.kind() == Source.Kind.FILE && ReplayFile.isShown(source.name());
  }

  /**
   * @param again whether to replay also what was replayed before
   * @param put told of each file once it is the intake's
   * @throws IOException when it could not be done, another replay is going on, or the dead letters
   *     are another user's; what was put is marked, and the rest can be replayed by the same call
   */
  public Result run(DeadLetterSelection selection, boolean again, Consumer<Put> put)
      throws IOException {
    Run run = new Run(again, put);
    if (Files.isDirectory(directory)) {
      requireRoutersUser();
      try (ReplayLock lock =
          ReplayLock.tryTake(directory)
              .orElseThrow(
                  () ->
                      new IOException(
                          "another replay works on "
                              + directory
                              + "; wait until it has ended, then try again"))) {
        new InterruptedReplays(data).finish(lock);
        for (DeadLetterDay day : archive.days(selection)) {
          run.replay(day, selection);
        }
      }
    }
    return new Result(run.replayed, run.before, run.unfit);
  }

  /** What root puts there, the router may not read, and it would count as replayed. */
  private void requireRoutersUser() throws IOException {
    Path probe = Files.createTempFile(directory, ".replay-", ".tmp");
    try {
      UserPrincipal router = Files.getOwner(directory);
      UserPrincipal caller = Files.getOwner(probe);
      if (!caller.equals(router)) {
        throw new IOException(
            String.format(
                "%s belongs to the user %s, who may not read what %s puts into the inbox; run it as %s,"
                    + " e.g. by `runuser -u %s -- bin/router …`",
                directory, router, caller, router, router));
      }
    } finally {
      Files.delete(probe);
    }
  }

  /** One call: its files are numbered, so that their names are in the order of the days. */
  private final class Run {

    private final boolean again;
    private final Consumer<Put> put;
    private final Instant at = clock.instant();
    private final String name =
        String.format("%s-%06x", TIME.format(at), new SecureRandom().nextInt(1 << 24));
    private final Map<StoredDeadLetter.Obstacle, Integer> unfit =
        new EnumMap<>(StoredDeadLetter.Obstacle.class);
    private int replayed;
    private int before;
    private int files;

    private Run(boolean again, Consumer<Put> put) {
      this.again = again;
      this.put = put;
    }

    private void replay(DeadLetterDay day, DeadLetterSelection selection) throws IOException {
      Map<EventPath, ReplayFile> open = new EnumMap<>(EventPath.class);
      try {
        write(day, selection, open);
        ReplayMarks marks = ReplayMarks.read(day.marks());
        for (ReplayFile file : open.values()) {
          hand(file, marks);
        }
      } finally {
        for (ReplayFile file : open.values()) {
          file.close();
        }
      }
    }

    /** What cannot be written as a whole, for want of room, leaves nothing behind. */
    private void write(
        DeadLetterDay day, DeadLetterSelection selection, Map<EventPath, ReplayFile> open)
        throws IOException {
      try {
        archive.find(day, selection, deadLetter -> add(deadLetter, open));
        for (ReplayFile file : open.values()) {
          file.force();
          hook.after(Step.FORCED);
        }
      } catch (IOException e) {
        for (ReplayFile file : open.values()) {
          file.discard();
        }
        throw e;
      }
    }

    private void add(StoredDeadLetter deadLetter, Map<EventPath, ReplayFile> open)
        throws IOException {
      if (deadLetter.replayed() && !again) {
        before++;
      } else if (deadLetter.fields().original() instanceof StoredDeadLetter.Unfit none) {
        unfit.merge(none.obstacle(), 1, Integer::sum);
      } else if (deadLetter.fields().original() instanceof StoredDeadLetter.Whole whole) {
        EventPath path = deadLetter.fields().path();
        if (!open.containsKey(path)) {
          String id = String.format(Locale.ROOT, "%s-%03d", name, ++files);
          open.put(path, ReplayFile.create(data, path, id));
          hook.after(Step.CREATED);
        }
        open.get(path).add(deadLetter, whole);
        hook.after(Step.ADDED);
      }
    }

    private void hand(ReplayFile file, ReplayMarks marks) throws IOException {
      marks.append(file.mark(at.toString()));
      hook.after(Step.MARKED);
      Path shown = file.show();
      hook.after(Step.SHOWN);
      replayed += file.events();
      put.accept(new Put(shown, file.events()));
    }
  }
}
