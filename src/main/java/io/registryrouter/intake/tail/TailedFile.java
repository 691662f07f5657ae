package io.registryrouter.intake.tail;

import io.registryrouter.config.EventPath;
import io.registryrouter.event.Source;
import io.registryrouter.intake.Head;
import io.registryrouter.intake.file.FileIntake;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One file from where it was first seen to where it ends, whatever it is called by then. It is kept
 * open, so that neither another name nor its deletion loses what is in it. Used by one thread.
 */
final class TailedFile {

  private final Path file;
  private final String reading;
  private final Extent extent = new Extent();

  /** What it was when it was truncated; null when that may be anything. */
  private Seen.Key notIt;

  private Path at;
  private long inode;
  private Seen.Key key;
  private FileChannel channel;
  private Lines lines;
  private Taken taken;

  private FileTime modified;

  /** When it was last modified, as far as it is known to hold what it held. */
  private FileTime whole;

  /** Until when files of its name may have been written to that were rotated before it. */
  private FileTime since;

  /** Nothing was taken of it, and it may have been written, copied and truncated meanwhile. */
  private boolean emptied;

  private boolean live = true;
  private boolean gone;
  private boolean deleted;
  private boolean touched = true;

  private boolean restored;

  /** All that may be a copy of it was looked through, once it had been missed before. */
  private boolean searched;

  private boolean superseded;
  private long changedAt;
  private long missingSince = -1;
  private long waitsUntil;
  private String trouble = "";

  private TailedFile(Path file, Path at, String reading, Taken taken) {
    this.file = file;
    this.at = at;
    this.reading = reading;
    this.taken = taken;
  }

  /**
   * A file that was not known, from its first byte.
   *
   * @param since when the last of what was rotated before it, and is not taken, was written to
   */
  static TailedFile begin(Path file, Seen seen, FileTime since, long now) {
    TailedFile begun =
        new TailedFile(file, seen.real(), UUID.randomUUID().toString(), Taken.NOTHING);
    begun.whole = seen.modified();
    begun.since = since;
    begun.become(seen, now);
    return begun;
  }

  /** It holds what was taken of another, and begins behind that. */
  void goesOnBehind(TailedFile other) {
    taken = other.taken;
    extent.setAtLeast(taken.position());
  }

  /** A file that an earlier run followed; it has to be found first. */
  static TailedFile restore(Positions.Entry entry) {
    TailedFile restored =
        new TailedFile(Path.of(entry.file()), Path.of(entry.at()), entry.reading(), entry.taken());
    restored.inode = entry.inode();
    restored.extent.set(entry.size());
    restored.modified = FileTime.from(Instant.parse(entry.modified()));
    restored.whole = restored.modified;
    restored.since = FileTime.from(Instant.parse(entry.since()));
    restored.gone = entry.deleted();
    restored.deleted = entry.deleted();
    restored.restored = true;
    return restored;
  }

  Positions.Entry entry() {
    return new Positions.Entry(
        file.toString(),
        at.toString(),
        inode,
        reading,
        taken.position(),
        taken.line(),
        taken.head().bytes(),
        Long.toHexString(taken.head().crc32c()),
        taken.last().bytes(),
        Long.toHexString(taken.last().crc32c()),
        extent.end(),
        modified.toString(),
        since.toString(),
        isDeleted());
  }

  /** It is this file now; to be {@link #open}ed. */
  void become(Seen seen, long now) {
    at = seen.real();
    inode = seen.key().inode();
    key = seen.key();
    boolean asNoted = restored && seen.modified().equals(modified);
    if (!asNoted) {
      extent.set(seen.size());
    }
    extent.setAtLeast(taken.position());
    modified = seen.modified();
    whole = emptied ? modified : whole;
    emptied = false;
    changedAt = now;
    missingSince = -1;
    gone = false;
    deleted = false;
    touched = true;
  }

  /** A look has seen it again. How long one is that is open, it says itself. */
  void noteSeen(Seen seen) {
    boolean changed = !seen.modified().equals(modified);
    if (changed) {
      touched = true;
      extent.noteWritten();
    }
    if (changed && channel == null) {
      extent.setAtLeast(seen.size());
    }
    at = seen.real();
    modified = seen.modified();
    gone = false;
  }

  /** Whether it has the name under which it was first seen. */
  void noteLive(boolean is, long now) {
    changedAt = is == live ? changedAt : now;
    live = is;
  }

  /**
   * It has no name any more, or one in another directory.
   *
   * @param ended whether it is seen to have none in any
   * @return whether that is new
   */
  boolean noteGone(boolean ended, long now) {
    boolean news = !gone || (ended && !deleted);
    changedAt = gone ? changedAt : now;
    deleted |= ended;
    gone = true;
    return news;
  }

  /** Its content is not under its name any more; it has to be found elsewhere. */
  void noteTruncated() throws IOException {
    emptied = taken.isNothing() && extent.end() == 0;
    notIt = emptied ? null : key;
    release();
  }

  /** It is not where it was, and nothing says that it was deleted. */
  void noteMissing() throws IOException {
    gone = false;
    release();
  }

  /** Lets go of it; it has to be found anew. */
  void release() throws IOException {
    key = null;
    searched = false;
    trouble = "";
    close();
  }

  /** The same, and nobody looks what becomes of it meanwhile, as when the router is stopped. */
  void unwatch() throws IOException {
    release();
    if (!restored) {
      restored = true;
      whole = modified;
    }
  }

  /** It can be read from now on. */
  void open(FileChannel file) throws IOException {
    channel = file;
    lines = new Lines(file, new Source(Source.Kind.FILE, this.file.toString(), reading));
    trouble = "";
    extent.forgetLength();
    if (!live && taken.isNothing() && taken.head().bytes() == 0) {
      extent.setAtMost(file.size()); // its writer may have cut off the room behind its end
    }
    noteBeginning();
  }

  /**
   * Where nothing is taken yet, what is in it tells it from another one; true when that is more.
   */
  private boolean noteBeginning() throws IOException {
    byte[] first = taken.isNothing() ? Head.first(channel) : new byte[0];
    int filled = Nuls.before(first);
    boolean more = filled > taken.head().bytes() && taken.head().matches(first);
    taken = more ? taken.beginningWith(Head.of(first, filled)) : taken;
    return more;
  }

  void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }

  /** True when it was truncated, or other bytes stand where those stood that were taken. */
  boolean isTruncated() throws IOException {
    long now = channel.size();
    if (taken.isNothing() && wasEmptied(now)) {
      return true;
    }
    if (now == taken.position() && !touched) {
      return false;
    }
    boolean cut = restored && !taken.endsIn(channel); // by a power failure; its writer went on
    if (now < taken.position() || !taken.begins(channel) || cut) {
      return true;
    }
    touched = false;
    restored = false;
    whole = modified;
    return false;
  }

  /** Where nothing was taken no beginning tells what it held; its size and its time do. */
  private boolean wasEmptied(long now) {
    return now < extent.end() || (now == 0 && live && !modified.equals(whole));
  }

  /** Whether it may hold something else than before, of which nothing was taken. */
  boolean mayHaveBeenEmptied(Seen seen) {
    boolean unwatched = restored && !seen.modified().equals(whole);
    return taken.isNothing() && seen.real().equals(at) && (emptied || unwatched);
  }

  /**
   * Notes how long it is.
   *
   * @return whether there is more to be noted of its beginning
   */
  boolean measure(long now) throws IOException {
    long length = channel.size();
    long before = extent.end();
    boolean truncated = length < leastSize(); // just now
    if (!truncated && extent.find(channel, taken.position(), length)) {
      lines.again();
    }
    if (extent.end() == before) {
      return false;
    }
    changedAt = now;
    return noteBeginning();
  }

  /**
   * The next lines, a batch at most; null when no line has ended.
   *
   * @param rest whether what has no line end counts as a line
   */
  Cut cut(EventPath path, FileIntake.Limits limits, boolean rest) throws IOException {
    Cut cut = lines.cut(taken, extent.end(), path, limits, rest);
    if (rest && cut == null) {
      extent.forgetLength(); // its writer may have taken its end back
    }
    return cut;
  }

  /** These lines are on disk elsewhere. */
  void advance(Cut cut) {
    taken = cut.upTo();
    waitsUntil = 0;
    trouble = "";
  }

  /** Nothing more of it is taken before then. */
  void waitUntil(long then) {
    waitsUntil = then;
  }

  boolean isWaiting(long now) {
    return now < waitsUntil;
  }

  /** Notes why it cannot be taken now; true when that is new. */
  boolean isNews(String why) {
    boolean news = !why.equals(trouble);
    trouble = why;
    return news;
  }

  String trouble() {
    return trouble;
  }

  /**
   * Whether a file begins as this one did, is at least as long, and may be called as it is; asked
   * once it can be read.
   */
  boolean isCopiedBy(Seen seen, Optional<byte[]> first) {
    boolean likely =
        taken.isNothing() ? isLaterCopy(seen) : seen.size() >= taken.position() && isTold(seen);
    return likely && first.filter(taken.head()::matches).isPresent();
  }

  /** What is shorter than a head may well be how each log begins, so that its name has to fit. */
  private boolean isTold(Seen seen) {
    String name = seen.real().getFileName().toString();
    return !taken.isShort()
        || name.startsWith(at.getFileName().toString())
        || mayBeCalled(seen.real());
  }

  /** Whether that is the file itself that an earlier run followed, and it begins as it did. */
  boolean isCut(Seen seen) {
    try {
      return restored
          && !taken.isNothing()
          && seen.key().inode() == inode
          && taken.head().matches(Head.first(seen.real()));
    } catch (IOException e) {
      return false; // nobody can tell
    }
  }

  /** Where nothing was taken a copy is told by its name, its size and its time. */
  private boolean isLaterCopy(Seen seen) {
    return seen.size() >= Math.max(1, extent.end())
        && seen.modified().compareTo(whole) > 0
        && at.getParent().equals(seen.real().getParent())
        && Generations.isCopy(seen.real().getFileName().toString(), at.getFileName().toString())
        && !Glob.isCompressed(seen.real());
  }

  boolean isKnownNotToBe(Seen seen) {
    return seen.key().equals(notIt);
  }

  /** A search has found nothing: if it was missed before, a copy of it would have been whole. */
  void noteSearched() {
    searched = !isFirstMissed();
  }

  /** Whether it is looked for only in what no search has looked through yet. */
  boolean isSearched() {
    return searched;
  }

  /** It was empty when it was seen last; then a file system may have given its inode to another. */
  boolean isKnownByInodeOnly() {
    return taken.head().bytes() == 0 && !emptied;
  }

  /** Whether that is its name, or one that rotation gives. */
  boolean mayBeCalled(Path real) {
    String name = real.getFileName().toString();
    String before = at.getFileName().toString();
    boolean rotated =
        Generations.isOne(name, file.getFileName().toString(), before)
            || Generations.isOne(name, before)
            || Generations.isSameKind(name, before);
    return rotated && real.getParent().equals(at.getParent()) && !Glob.isCompressed(real);
  }

  /** Whether it can be the same file under the same or another name; not to be opened if not. */
  boolean mayBeContinuedBy(Seen seen) {
    return seen.key().inode() == inode && seen.size() >= leastSize();
  }

  /** How long it is at least unless it was truncated. */
  private long leastSize() {
    return taken.isNothing() ? extent.end() : taken.position();
  }

  /**
   * Whether such a file holds what was taken. One that cannot be read does, until it can and {@link
   * #isTruncated} tells.
   */
  boolean isContinuedBy(Optional<byte[]> first) {
    return first.map(taken.head()::matches).orElse(true);
  }

  /** Since when it has been missing, in milliseconds since the epoch. */
  long missingSince(long now) {
    missingSince = missingSince < 0 ? now : missingSince;
    return missingSince;
  }

  boolean isFirstMissed() {
    return missingSince < 0;
  }

  /** Whether nothing was written to it for so many milliseconds. */
  boolean isQuiet(long now, long millis) {
    return now - changedAt >= millis;
  }

  /** Under which name it was first seen. */
  Path file() {
    return file;
  }

  Path at() {
    return at;
  }

  Seen.Key key() {
    return key;
  }

  /** Of the file that it is, or was when it was seen last. */
  long inode() {
    return inode;
  }

  boolean isOpen() {
    return channel != null;
  }

  boolean isLive() {
    return live;
  }

  boolean isGone() {
    return gone;
  }

  /** Whether it was seen to have no name left in any directory: it cannot come back. */
  boolean isDeleted() {
    return gone && deleted;
  }

  /** Whether it was taken to its end and has no name any more. */
  boolean isOver() {
    return gone && behind() == 0;
  }

  /** An earlier run has followed a newer one of its name: nobody writes to this one any more. */
  void noteSuperseded() {
    superseded = true;
  }

  boolean isSuperseded() {
    return superseded;
  }

  /** True until it is found again after nobody looked, and found to hold what was taken. */
  boolean isRestored() {
    return restored;
  }

  Taken taken() {
    return taken;
  }

  long position() {
    return taken.position();
  }

  FileTime modified() {
    return modified;
  }

  /** What was written to later, and has a name as rotation gives it, was rotated after it. */
  FileTime since() {
    return since;
  }

  /** Bytes that are in it now and were not taken. */
  long behind() {
    try {
      return channel == null ? unread() : Math.max(0, extent.latest(channel) - taken.position());
    } catch (IOException e) {
      return unread();
    }
  }

  /**
   * Whether something of it is to be taken yet, as far as is known: also of one that is not open,
   * for it was renamed this moment or may not be read, and of one that the next look may find.
   */
  boolean isUnfinished() {
    return key == null ? isFirstMissed() : unread() > 0;
  }

  /** Bytes that are known to be in it and were not taken. */
  long unread() {
    return Math.max(0, extent.end() - taken.position());
  }
}
