// Package realm is how a process is a node of a realm: several nodes that share one journal in NATS, one of which decides
// at a time ([bus.Relay]). A node shows that it is there, by a lease that it renews. It waits for the lease to decide, and
// while it has that one its log decides, takes in the facts of the others, and records which nodes have come and gone.
//
// What a node does besides (performing attempts, answering questions) is not this package's: it is told when the node may
// do something and when it must not ([Realm.May], [Options] Begin and Lost).
//
// Connect makes the connection to the servers, with errors that say what to do.
package realm
