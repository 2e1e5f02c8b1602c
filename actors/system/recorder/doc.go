// Package recorder is the reader of the log that remembers every run: what became of it, attempt by
// attempt. It has the pure fold of records into runs, the loop that keeps a [Store] up with the log, and a
// store in memory; the durable one is another package. It decides nothing: it only reads.
package recorder
