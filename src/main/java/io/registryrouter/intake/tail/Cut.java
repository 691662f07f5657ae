package io.registryrouter.intake.tail;

import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.Head;
import io.registryrouter.intake.cut.EventCutter.Position;

/**
 * Lines cut off a followed file.
 *
 * @param batch null when they are all blank
 * @param end behind them
 * @param head of the file up to there
 * @param last of what stands before the end, a checksum
 * @param bytes how many they are
 */
record Cut(RawBatch batch, Position end, Head head, Head last, long bytes) {}
