package io.registryrouter.deadletter;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are meant: those that meet every condition; an empty one is met by all.
 *
 * @param reasons labels, any of which will do
 * @param detail a part of it
 */
public record DeadLetterSelection(
    Set<DeadLetterId> ids,
    Set<String> reasons,
    Optional<Instant> since,
    Optional<String> destination,
    Optional<String> detail) {

  /** Whether it has no condition. */
  public boolean isAll() {
    return ids.isEmpty()
        && reasons.isEmpty()
        && since.isEmpty()
        && destination.isEmpty()
        && detail.isEmpty();
  }

  /** False when no dead letter of that day can be meant. */
  boolean includes(LocalDate day) {
    boolean named = ids.isEmpty() || ids.stream().anyMatch(id -> id.day().equals(day));
    return named
        && (since.isEmpty() || !day.isBefore(LocalDate.ofInstant(since.get(), ZoneOffset.UTC)));
  }

  boolean includes(DeadLetterId id) {
    return ids.isEmpty() || ids.contains(id);
  }

  boolean includes(StoredDeadLetter.Fields fields) {
    return (reasons.isEmpty() || reasons.contains(fields.reason()))
        && since.map(from -> !fields.at().isBefore(from)).orElse(true)
        && destination.map(fields.destination()::equals).orElse(true)
        && detail.map(fields.detail()::contains).orElse(true);
  }
}
