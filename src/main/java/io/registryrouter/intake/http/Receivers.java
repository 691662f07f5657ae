package io.registryrouter.intake.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** Who takes what is sent to which URL path. Thread-safe. */
final class Receivers {

  private final BooleanSupplier exchanging;
  private final Map<String, EventDoor.Receiver> byPath = new ConcurrentHashMap<>();

  /**
   * @param exchanging while true a path without a receiver may be on its way back
   */
  Receivers(BooleanSupplier exchanging) {
    this.exchanging = exchanging;
  }

  void put(String path, EventDoor.Receiver receiver) {
    byPath.put(path, receiver);
  }

  /** Another one that has come to the path stays. */
  void remove(String path, EventDoor.Receiver receiver) {
    byPath.remove(path, receiver);
  }

  /** The one of a request that begins; 404 when there is none. */
  EventDoor.Receiver first(String path) throws HttpProblem {
    EventDoor.Receiver receiver = find(path);
    if (receiver != null) {
      return receiver;
    }
    if (exchanging.getAsBoolean()) {
      throw exchanged();
    }
    EventDoor.Receiver back = find(path);
    if (back != null) { // the exchange ended between the two looks
      return back;
    }
    throw new HttpProblem(
        404,
        isEmpty()
            ? "no route takes events over HTTP"
            : "no such path; paths: "
                + String.join(", ", byPath.keySet().stream().sorted().toList()));
  }

  private EventDoor.Receiver find(String path) {
    return path == null ? null : byPath.get(path);
  }

  boolean isEmpty() {
    return byPath.isEmpty();
  }

  /** The one of now for a request that had one when it began; an edit may have come since. */
  EventDoor.Receiver again(String path) throws HttpProblem {
    EventDoor.Receiver receiver = byPath.get(path);
    if (receiver == null) {
      throw exchanged();
    }
    return receiver;
  }

  private static HttpProblem exchanged() {
    return new HttpProblem(503, "routes are being exchanged; send it again");
  }
}
