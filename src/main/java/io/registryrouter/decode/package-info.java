/** Bytes to events: validates each, picks the fields that decide its way, dead-letters the rest. */
package io.registryrouter.decode;
