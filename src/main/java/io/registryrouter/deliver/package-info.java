/**
 * {@code spool:<destination>}: the spool as routes see it, and what takes it forward: from a slice
 * to a request or an archive, and from the reply to what happens next.
 */
package io.registryrouter.deliver;
