package io.registryrouter.decode;

import java.io.IOException;

/**
 * Goes through an object, member by member. Of each member exactly one of {@link #text}, {@link
 * #enter} and {@link #skip} is called, which takes its value.
 */
interface MemberReader {

  /** Goes to the next member of the object that was entered last; false leaves that object. */
  boolean next() throws IOException;

  /** The name of the member that {@link #next} went to. */
  Name name();

  /** Index of the quote that opens the member's name. */
  int nameStart();

  /** The value when it is a string, unescaped; null for any other, which is passed over. */
  String text() throws IOException;

  /** True when the value is an object, whose members come next; any other is passed over. */
  boolean enter() throws IOException;

  /** Passes over the value; returns the index behind it. */
  int skip() throws IOException;
}
