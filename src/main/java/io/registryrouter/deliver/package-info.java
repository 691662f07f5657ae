/**
 * From a slice of the spool to a request or an archive, and from the reply to what happens next.
 */
package io.registryrouter.deliver;
