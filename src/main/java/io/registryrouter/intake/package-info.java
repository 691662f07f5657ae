/** Files and HTTP requests in, cut into batches of events; acknowledged after the hand-over. */
package io.registryrouter.intake;
