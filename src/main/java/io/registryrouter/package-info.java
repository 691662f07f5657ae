/**
 * The Registry Event Router. Events flow through the packages as they flow through {@code routes/}:
 *
 * <pre>
 *   intake      files, HTTP requests, growing logs in, as batches  routes/10, 11, 12
 *   decode      bytes to events, or dead letters                   routes/20
 *   enrich      action, registry, path                             routes/20
 *   route       groups that the content-based router decides on    routes/20, 40
 *   spool       a durable log for each destination                 routes/40 → 50
 *   deliver     slices of a log to requests and archives           routes/50
 *   deadletter  what cannot go on                                  routes/90
 * </pre>
 *
 * {@code event} is what passes from one to the next, {@code disk} how files are brought to disk,
 * {@code config} what the files in {@code config/} say, {@code flow} the routes with their steps,
 * {@code check} whether an edit would run, {@code reload} puts it in force, {@code observe} is what
 * the router says about itself, {@code cli} how it is told what to do. {@link
 * io.registryrouter.Router} puts them together: the running program.
 */
package io.registryrouter;
