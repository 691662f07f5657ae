/**
 * {@code to: spool:<destination>} and {@code from: spool:<destination>}: durable queues on disk.
 */
package io.registryrouter.spool;
