// Package recorder is the reader of the log that remembers every run, attempt by attempt. It has the pure fold of
// records into runs, and the loop that keeps a [Store] up with the log. The stores are packages beside it: sqlite, and
// memory for tests. It decides nothing: it only reads.
package recorder
