// Package gate keeps the tokens of the sessions and the door that attempts go through. It numbers no generation and
// opens nothing by itself: a token waits until the log has given it a generation, and the door opens only by what the
// log says. The door may close earlier, as soon as anybody sees that a session has expired.
//
// A token is in the store's file and in the Authorization header of a request to its backend, and nowhere else: not on
// the bus, in a log or in an error.
//
// Locks are taken in this order, and never the other way round:
//
//	Gate.signing → Store.file → Store.mu
//
// Gate.signing is held for the whole of a sign-in or sign-out, also while that waits for the log: the gate's actor,
// which reads the log, must not take it. Store.file is held while the disk is waited for; Store.mu never is. Door.mu,
// confirmers.mu and forecaster.mu are each taken alone: while one is held, none of the others is taken. Publish is
// called under forecaster.mu, so it must not call back. To ask the door takes no lock.
package gate
