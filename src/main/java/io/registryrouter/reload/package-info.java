/** What an edit of {@code config/} and {@code routes/} changes, and when it is complete. */
package io.registryrouter.reload;
