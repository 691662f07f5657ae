package io.registryrouter.decode;

import io.registryrouter.event.Event;
import java.io.IOException;
import java.util.Arrays;

/**
 * Walks through one event and notes the fields that decide its way. Of duplicate keys the last
 * wins, whatever its type. Names and values are compared unescaped, as the reader gives them.
 */
final class FieldPicker {

  private final byte[] buffer;
  private final int start;
  private final int end;
  private final Level top = new Level();
  private Level payload;
  private int[] cuts;

  /** The fields of the event proper, which are at the top or inside {@code payload}. */
  private static final class Level {
    private String action;
    private String eventTime;
    private String targetName;
    private String targetHost;
    private String targetId;
    private String parameterRepository;
    private String parameterName;
    private String requestRepository;
    private String logSourceCrn;
    private String id;
  }

  FieldPicker(byte[] buffer, int start, int end) {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
  }

  /** Reads an object that is entered already, to its end. */
  void pick(MemberReader members) throws IOException {
    while (members.next()) {
      switch (members.name()) {
        case PAYLOAD -> payload = members.enter() ? level(members) : null;
        case ENRICHMENT -> cutOut(members);
        default -> field(members, top);
      }
    }
  }

  private static Level level(MemberReader members) throws IOException {
    Level level = new Level();
    while (members.next()) {
      field(members, level);
    }
    return level;
  }

  private static void field(MemberReader members, Level level) throws IOException {
    switch (members.name()) {
      case ACTION -> level.action = members.text();
      case ID -> level.id = members.text();
      case EVENT_TIME -> level.eventTime = members.text();
      case LOG_SOURCE_CRN -> level.logSourceCrn = members.text();
      case TARGET -> target(members, level);
      case REQUEST_DATA -> requestData(members, level);
      default -> members.skip();
    }
  }

  private static void target(MemberReader members, Level level) throws IOException {
    level.targetName = null;
    level.targetId = null;
    level.targetHost = null;
    if (!members.enter()) {
      return;
    }
    while (members.next()) {
      switch (members.name()) {
        case NAME -> level.targetName = members.text();
        case ID -> level.targetId = members.text();
        case HOST -> level.targetHost = address(members);
        default -> members.skip();
      }
    }
  }

  private static String address(MemberReader members) throws IOException {
    if (!members.enter()) {
      return null;
    }
    String address = null;
    while (members.next()) {
      if (members.name() == Name.ADDRESS) {
        address = members.text();
      } else {
        members.skip();
      }
    }
    return address;
  }

  private static void requestData(MemberReader members, Level level) throws IOException {
    level.parameterRepository = null;
    level.parameterName = null;
    level.requestRepository = null;
    if (!members.enter()) {
      return;
    }
    while (members.next()) {
      switch (members.name()) {
        case REPOSITORY -> level.requestRepository = members.text();
        case REQUEST_PARAMETERS -> parameters(members, level);
        default -> members.skip();
      }
    }
  }

  private static void parameters(MemberReader members, Level level) throws IOException {
    level.parameterRepository = null;
    level.parameterName = null;
    if (!members.enter()) {
      return;
    }
    while (members.next()) {
      switch (members.name()) {
        case REPOSITORY -> level.parameterRepository = members.text();
        case NAME -> level.parameterName = members.text();
        default -> members.skip();
      }
    }
  }

  /** Notes where a member of the top object stands, with the comma that goes with it. */
  private void cutOut(MemberReader members) throws IOException {
    int name = members.nameStart();
    int valueEnd = members.skip();
    int before = name - 1;
    while (Bytes.isWhitespace(buffer[before])) {
      before--;
    }
    int lastCut = cuts == null ? start : cuts[cuts.length - 1];
    if (buffer[before] == ',' && before >= lastCut) {
      addCut(before, valueEnd);
    } else {
      addCut(name, afterComma(valueEnd));
    }
  }

  /** The first member takes the comma behind it along, if there is one. */
  private int afterComma(int valueEnd) {
    int next = valueEnd;
    while (next < end && Bytes.isWhitespace(buffer[next])) {
      next++;
    }
    return next < end && buffer[next] == ',' ? next + 1 : valueEnd;
  }

  private void addCut(int from, int to) {
    cuts = cuts == null ? new int[2] : Arrays.copyOf(cuts, cuts.length + 2);
    cuts[cuts.length - 2] = from;
    cuts[cuts.length - 1] = to;
  }

  int[] cuts() {
    return cuts;
  }

  Event.Fields fields() {
    boolean wrapped = top.action == null && payload != null;
    Level level = wrapped ? payload : top;
    return new Event.Fields(
        wrapped,
        level.action,
        level.eventTime,
        level.targetName,
        level.parameterRepository,
        level.parameterName,
        level.requestRepository,
        level.targetHost,
        level.targetId,
        top.logSourceCrn,
        wrapped ? level.logSourceCrn : null,
        level.id != null ? level.id : top.id);
  }
}
