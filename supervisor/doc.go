// Package supervisor performs the decisions of the log on actors: it starts attempts, restarts and stops
// job actors, and turns their failures into facts. It decides nothing, and knows neither what a job
// does nor what the bus is made of.
//
// Jobs are children of shards, one or more per actor type. A shard is the strategy of its children: to a
// failure it answers nothing, which leaves the child suspended, and that is the hold. The next attempt
// that the log has decided begins with the restart of the child. Only a shard, on its own goroutine, ever
// restarts or stops a job actor.
package supervisor
