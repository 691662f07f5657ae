/**
 * Whether an edit of {@code config/} and {@code routes/} would run, and what it would do: the same
 * routes with sending taken out.
 */
package io.registryrouter.check;
