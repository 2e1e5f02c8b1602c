// Package host is the job actor: it runs one attempt at a time, on a goroutine beside its mailbox, and reports how it
// ended. A job whose runs may be beside each other has several such actors. It decides nothing, and does not know what
// an actor type does.
//
// A success is published at once. A failure goes through the actor, which fails with it, so that protoactor suspends
// the actor and its supervisor publishes the fact.
//
// Locks: runningSet.mu, Live.mu, attempt.mu, turns.mu and the lock of sideEffect are each taken alone; the last is held
// while a fact is committed.
package host
