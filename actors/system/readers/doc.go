// Package readers runs the readers of the log that a build adds to those of the runtime. Each has a goroutine and a
// cursor of its own, which is kept: a reader gets every record at least once, over all starts. It decides nothing, and
// nothing waits for it.
package readers
