// Package host is the job actor: it runs one attempt of a job at a time, away from its mailbox, and
// reports how it ended. It decides nothing, and does not know what an actor type does.
//
// A success goes straight to the log. A failure goes through the actor, which fails with it, so that
// protoactor suspends it and its supervisor reports the fact.
package host
