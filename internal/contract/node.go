package contract

import "curfew/messages"

// A NodeState says whether a node takes jobs.
type NodeState string

// The states of a node.
const (
	NodeOpen     NodeState = "open"     // it takes jobs
	NodeDraining NodeState = "draining" // it gets no new attempts; what runs there ends by itself
	NodeLost     NodeState = "lost"     // it is gone
)

// NodeStates are the values of a [NodeState].
var NodeStates = []NodeState{NodeOpen, NodeDraining, NodeLost}

// Node is a node of a fleet: an item of /v1/nodes.
type Node struct {
	Name    string               `json:"name"`
	State   NodeState            `json:"state"`
	Drained bool                 `json:"drained"` // it is to be drained, also when it has been lost meanwhile
	Labels  map[string]string    `json:"labels"`  // what jobs ask for by runs_on; null: none
	Actors  []string             `json:"actors"`  // the actor types that it has; null: all
	Version *string              `json:"version"` // of its build; null: it does not say
	Running int                  `json:"running"` // attempts in flight there
	Since   messages.Instant     `json:"since"`   // when it joined
	LostAt  messages.Instant     `json:"lost_at"` // when it was lost; null: it is here
	Reason  *messages.LossReason `json:"reason"`  // why it was lost
	Answers bool                 `json:"answers"` // it is the one that answers this question
}
