// Package gate keeps the tokens of the sessions and the door that attempts go through. It numbers no
// generation and opens nothing by itself: a token waits until the log has given it a generation, and the
// door opens only by what the log says. It may close earlier, by whoever sees that a session has expired.
//
// A token stands in the store's file and in the Authorization header of a request to its backend, and
// nowhere else: not on the bus, in a log or in an error.
package gate
