package io.registryrouter.intake.tail;

import io.registryrouter.event.RawBatch;

/**
 * Lines cut off a followed file.
 *
 * @param batch null when they are all blank
 * @param upTo what is taken of the file with them
 * @param bytes how many they are
 */
record Cut(RawBatch batch, Taken upTo, long bytes) {}
