package contract

import (
	"context"

	"curfew/messages"
)

// TreeView is what the page of the supervision tree asks.
type TreeView interface {
	// Tree is what performs the decisions now. It lists the job actors of one supervisor, a page of them.
	Tree(ctx context.Context, q TreeQuery) (Tree, error)
}

// TreeQuery selects the job actors that a [Tree] lists.
type TreeQuery struct {
	Supervisor string     // those of this supervisor; empty: of the supervisor of Job, or none
	Job        string     // only those of this job
	State      ActorState // only those in this state
	Page
}

// An ActorState says what the actor of a job does.
type ActorState string

// The states of a job actor.
const (
	ActorRunning   ActorState = "running"   // its attempt has not returned
	ActorSuspended ActorState = "suspended" // its attempt has failed; its next one begins with its restart
	ActorParked    ActorState = "parked"    // its attempt is decided and has not been handed to it yet
	ActorStopping  ActorState = "stopping"  // its job is gone, or its run is over
	ActorIdle      ActorState = "idle"      // it has nothing to do
)

// ActorStates are the values of an [ActorState].
var ActorStates = []ActorState{ActorRunning, ActorSuspended, ActorParked, ActorStopping, ActorIdle}

// Tree is a runtime as it performs: supervisors with their job actors, and what they wait for.
type Tree struct {
	PID         int
	Version     string
	Since       messages.Instant // when the daemon was started
	Stopping    bool             // it begins nothing more
	Supervisors []Supervisor     // by actor type and index
	Listed      string           // the supervisor whose job actors are listed; empty: none are
	Actors      []JobActor       // by name
	Next        string           // the [Page.After] of the rest of Actors; empty: there is none
	Lanes       []Lane           // by actor type
	Abandoned   []RunningAttempt // oldest first, at most [MaxStatus]; they were told to stop, did not, and still run
	Parked      []ParkedMessage  // by subscriber, at most [MaxStatus]
	Readers     []LogReader      // by name
	Counts      TreeCounts
}

// TreeCounts count all, where lists of a [Tree] are bounded.
type TreeCounts struct{ Abandoned, Parked int }

// Supervisor is the parent of some of the job actors of an actor type.
type Supervisor struct {
	Name     string // TYPE-INDEX
	Actor    string // the actor type
	Answered bool   // false: it was too busy to say what follows
	Actors   map[ActorState]int
	Restarts int      // of its job actors since the daemon was started
	Fenced   int      // job actors of which an abandoned attempt may still be running
	Locked   []string // sessions of which it begins no attempt: their gates are closed
}

// JobActor is the actor of a job, or one beside it for a single run.
type JobActor struct {
	Name        string // JOB, or JOB.RUN
	Job         string
	Run         messages.RunID // whose attempts it performs, or did last; empty: none yet
	State       ActorState
	Incarnation uint64           // grows with each restart of the actor, across restarts of the daemon too
	Restarts    int              // of the job's actors since the daemon was started
	Attempt     int              // the number of the attempt in flight; 0: none
	Since       messages.Instant // when that was decided; null for one from before this daemon
	Fenced      bool             // an abandoned attempt may still be running
	Waits       *WaitingRun      // the oldest run of the job that is held, or else that waits; nil: none
}

// WaitingRun is a run that has not begun its next attempt.
type WaitingRun struct {
	Run     messages.RunID
	Status  messages.Status
	Holds   []messages.Hold
	Session string           // of the job; empty: it has none
	Since   messages.Instant // since when it waits, and with the hold session since when that is closed at the earliest
	Due     messages.Instant // when its backoff is over; null: it is in none
}

// Lane bounds the attempts of an actor type that run at once.
type Lane struct {
	Actor       string
	Used, Limit int
	Waiting     int // jobs whose next run is ready and waits for its turn
	Held        int // jobs whose next run would be ready, but for its session
}

// ParkedMessage is a message that a subscriber refused too often.
type ParkedMessage struct {
	Subscriber string // empty: it has no name
	Topic      messages.Topic
	Seq        uint64
	Name       string // of the message; empty if it is not one of Curfew's
	Deliveries int
	At         messages.Instant // when it was parked
}

// LogReader is a part of the runtime that reads the log.
type LogReader struct {
	Name   string
	Behind uint64 // records that it has not read yet
}
