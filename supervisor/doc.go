// Package supervisor performs the decisions of the log on actors: it starts attempts, restarts and stops job actors,
// and turns their failures into facts. It decides nothing. It knows neither what a job does nor how the log is kept.
//
// Jobs are children of shards, one or more for each actor type. A shard is the strategy of its children: it answers
// nothing to a failure, which leaves the child suspended, and that is the hold. The next attempt that the log has
// decided begins with the restart of the child. Only a shard, on its own goroutine, restarts or stops a job actor.
//
// The parent of the shards reads the log (feed.go): each record goes, in the order of the log, to the shards that it
// concerns, so the number of shards does not count. The parent is never more than maxAhead records before them.
//
// Locks: a shard's state needs none, as it belongs to its mailbox's goroutine. Each of barrier.mu, Supervisors.mu and
// Pool.mu is taken alone: while one is held, no other lock is taken and no callback runs but the barrier's "last",
// which must take no lock of this package.
package supervisor
