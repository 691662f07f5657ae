/**
 * Notices edits of {@code config/} and {@code routes/} and puts them in force while the router
 * runs.
 */
package io.registryrouter.reload;
