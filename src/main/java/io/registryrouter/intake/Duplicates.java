package io.registryrouter.intake;

import io.registryrouter.config.DedupeSettings;
import io.registryrouter.enrich.EnrichedBatch;
import io.registryrouter.enrich.EnrichedEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Leaves out events that came a short while ago: by path and {@code id}, or by a digest of their
 * bytes when they have none, or an empty one. An event counts as seen only once all that came with
 * it is on disk, so that one that was given back, or had no route, is taken when it comes again.
 * Remembers a bounded number, in memory only. Thread-safe.
 */
public final class Duplicates {

  private final Supplier<DedupeSettings> settings;
  private final Clock clock;
  private final LinkedHashMap<Key, Long> seen = new LinkedHashMap<>();

  /** 128 bits of a SHA-256: two different events do not share them. */
  record Key(long high, long low) {}

  /**
   * What of a batch is new.
   *
   * @param keys what it is known by from then on
   */
  public record Fresh(EnrichedBatch batch, Set<Key> keys) {}

  /**
   * @param clock that nobody sets
   */
  public Duplicates(Supplier<DedupeSettings> settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * The events of a batch that are new.
   *
   * @param claimed what the same source brought that is not on disk yet
   */
  public Fresh newOf(EnrichedBatch batch, Set<Key> claimed) {
    if (settings.get().window().isZero()) {
      return new Fresh(batch, Set.of());
    }
    Set<Key> keys = new HashSet<>();
    List<EnrichedEvent> fresh = new ArrayList<>(batch.events().size());
    for (EnrichedEvent event : batch.events()) {
      Key key = key(batch, event);
      if (!isSeen(key) && !claimed.contains(key) && keys.add(key)) {
        fresh.add(event);
      }
    }
    return new Fresh(new EnrichedBatch(batch.batch(), fresh), keys);
  }

  /** These are handed over; until then the same batch may come once more, and is as new. */
  public void claim(Set<Key> keys, Set<Key> claimed) {
    if (claimed.size() >= settings.get().maxEvents()) {
      claimed.clear(); // a source without end: rather let one through than hold them all
    }
    claimed.addAll(keys);
  }

  /** These are dead letters, and are as new when they come again. */
  public void disclaim(EnrichedBatch dead, Set<Key> claimed) {
    if (!claimed.isEmpty()) {
      dead.events().forEach(event -> claimed.remove(key(dead, event)));
    }
  }

  private synchronized boolean isSeen(Key key) {
    Long at = seen.get(key);
    return at != null && clock.millis() - at < settings.get().window().toMillis();
  }

  /** What was claimed is on disk. */
  public synchronized void remember(Set<Key> claimed) {
    long now = clock.millis();
    for (Key key : claimed) {
      seen.remove(key); // so that the order is that of the last sight
      seen.put(key, now);
    }
    Iterator<Map.Entry<Key, Long>> oldest = seen.entrySet().iterator();
    while (oldest.hasNext() && isOver(oldest.next().getValue(), now)) {
      oldest.remove();
    }
  }

  private boolean isOver(long at, long now) {
    return seen.size() > settings.get().maxEvents()
        || now - at >= settings.get().window().toMillis();
  }

  private static Key key(EnrichedBatch batch, EnrichedEvent event) {
    MessageDigest sha256 = DigestUtils.getSha256Digest();
    sha256.update(event.path().label().getBytes(StandardCharsets.UTF_8));
    String id = event.event().fields().id();
    if (id == null || id.isEmpty()) {
      int start = event.event().start();
      sha256.update(batch.batch().buffer(), start, event.event().end() - start);
    } else {
      sha256.update((byte) ' '); // no JSON object begins so
      for (int i = 0; i < id.length(); i++) { // half a surrogate is one of its own in no encoding
        sha256.update((byte) (id.charAt(i) >> Byte.SIZE));
        sha256.update((byte) id.charAt(i));
      }
    }
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
    return new Key(digest.getLong(), digest.getLong());
  }
}
