/**
 * What all ways in share: the gate, the hand-over and its acknowledgement, events that come again.
 */
package io.registryrouter.intake;
