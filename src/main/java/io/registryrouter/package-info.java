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
 * Words that mean the same throughout:
 *
 * <pre>
 *   batch        events of one source that are taken whole or not at all
 *   group        those of a batch of one path and registry, on one side of the cutoff
 *   slice        what of a destination's log is delivered at once
 *   handover     what became of a batch, and when all of it is on disk
 *   taken        on disk, in spools or among the dead letters; only then acknowledged
 *   given back   not acknowledged: a file stays, a client is told to send it again
 *   door         where events come in by HTTP; what {@code explain} says of an event's doors are
 *                those out, the spools or the dead letters
 *   outcome      what became of a slice: delivered, retry, reject, partly
 *   trouble      why a destination, a log or an inbox does not get on, and since when
 *   edition      what follows from config/ and is replaced as a whole
 * </pre>
 *
 * {@code event} is what passes from one to the next, {@code disk} how files are brought to disk,
 * {@code config} what {@code config/} and {@code routes/} say, {@code flow} the routes with their
 * steps, {@code check} whether an edit would run, {@code reload} puts it in force, {@code observe}
 * is what the router says about itself, {@code cli} how it is told what to do. {@link
 * io.registryrouter.Router} puts them together: the running program.
 */
package io.registryrouter;
