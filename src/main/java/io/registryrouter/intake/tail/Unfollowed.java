package io.registryrouter.intake.tail;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a look saw and is not followed: where files that are missing may go on. Many files may be
 * missing for a day, so that what was looked through before is not looked through again. For one
 * search.
 */
final class Unfollowed {

  private static final Comparator<Seen> BY_NAME = Comparator.comparing(Seen::real);

  private final List<Seen> byName;
  private final List<Seen> oldestFirst;
  private final List<Seen> newByName;
  private final List<Seen> newOldestFirst;
  private final Map<Long, List<Seen>> byInode;
  private final Set<Seen.Key> before;
  private final Set<Seen.Key> taken = new HashSet<>();
  private final Set<Seen.Key> compared = new HashSet<>();
  private final Set<Seen.Key> doubtful = new HashSet<>();

  /**
   * @param before what earlier searches have looked through
   */
  Unfollowed(Collection<Seen> seen, Set<Seen.Key> followed, Set<Seen.Key> before) {
    this.byName = seen.stream().filter(it -> !followed.contains(it.key())).sorted(BY_NAME).toList();
    this.oldestFirst = byName.stream().sorted(Generations.OLDEST_FIRST).toList();
    this.newByName = byName.stream().filter(it -> !before.contains(it.key())).toList();
    this.newOldestFirst = oldestFirst.stream().filter(it -> !before.contains(it.key())).toList();
    this.byInode = byName.stream().collect(Collectors.groupingBy(it -> it.key().inode()));
    this.before = before;
  }

  /** What may be the file or a copy of it. */
  Stream<Seen> of(TailedFile file) {
    boolean begun = file.position() > 0;
    if (file.isSearched()) {
      return free(file, begun ? newByName : newOldestFirst);
    }
    return free(file, begun ? byName : oldestFirst);
  }

  /** What of it has the inode of the file. */
  Stream<Seen> ofInode(TailedFile file) {
    return free(file, byInode.getOrDefault(file.inode(), List.of()))
        .filter(it -> !file.isSearched() || !before.contains(it.key()))
        .sorted(file.position() > 0 ? BY_NAME : Generations.OLDEST_FIRST);
  }

  private Stream<Seen> free(TailedFile file, List<Seen> some) {
    return some.stream().filter(it -> !taken.contains(it.key()) && !file.isKnownNotToBe(it));
  }

  /** A file goes on there. */
  void take(Seen seen) {
    taken.add(seen.key());
  }

  /** It was compared with a file. */
  void compared(Seen seen) {
    compared.add(seen.key());
  }

  /** It was not compared with every file that it may be a copy of. */
  void doubt(Seen seen) {
    doubtful.add(seen.key());
  }

  /** What needs not be compared again with the files that were looked for. */
  Set<Seen.Key> known() {
    return byName.stream()
        .map(Seen::key)
        .filter(key -> before.contains(key) || compared.contains(key))
        .filter(key -> !doubtful.contains(key))
        .collect(Collectors.toSet());
  }
}
