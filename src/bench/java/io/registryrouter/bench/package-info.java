/**
 * What the router is measured with: {@code bin/bench} runs {@link io.registryrouter.bench.Bench},
 * which starts the program as a process of its own, feeds it, receives from it and checks what
 * arrives.
 *
 * <pre>
 *   EventLines ── file or LoadClient ──▶ RouterHome ──▶ Receiver
 *                                        PerEventCamel    counts, checks, takes times
 *                                        SyslogNg
 * </pre>
 */
package io.registryrouter.bench;
