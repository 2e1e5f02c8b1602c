package messages

import (
	"maps"
	"slices"
	"strings"
)

// NodeJoined says that a node performs attempts from now on, and what it can do. The decider makes it from the node's
// presence. A second one for the same node replaces what was known of it. Published without an incarnation it is an order
// about the node that is here, to be drained or to take jobs again; the rest is filled in on entry.
type NodeJoined struct {
	Node        string            `json:"node"`              // name: [a-z0-9][a-z0-9._-]{0,62}
	Incarnation uint64            `json:"incarnation"`       // of its process; another one means that what ran there is gone
	Labels      map[string]string `json:"labels,omitzero"`   // what a job asks for by runs_on
	Actors      []string          `json:"actors,omitzero"`   // the actor types that it has; null: all
	Version     string            `json:"version,omitzero"`  // of its build, for people
	Draining    bool              `json:"draining,omitzero"` // it gets no new attempts; what runs there ends by itself
	Stopping    bool              `json:"stopping,omitzero"` // the same, and this incarnation ends
	SealKey     []byte            `json:"seal_key,omitzero"` // 32 bytes: what is secret is sealed for the node with it; null: it has none
}

// Open reports whether the node, which is here, gets new attempts.
func (n NodeJoined) Open() bool { return !n.Draining && !n.Stopping }

// NodeLost says that a node is gone. The attempts that were in flight there are interrupted.
type NodeLost struct {
	Node        string     `json:"node"`
	Incarnation uint64     `json:"incarnation"` // the one that is gone; a newer one is not meant. 0: whichever is there
	Reason      LossReason `json:"reason"`
}

// A LossReason says why a node is gone.
type LossReason string

// The reasons.
const (
	LossLapsed  LossReason = "lapsed"  // its presence was not renewed in time
	LossStopped LossReason = "stopped" // it stopped in order
	LossAlone   LossReason = "alone"   // the journal goes on without nodes; said also of one that was lost before
)

// Text says it of a node, as the end of a sentence.
func (r LossReason) Text() string {
	switch r {
	case LossStopped:
		return "has stopped"
	case LossAlone:
		return "is gone: the runtime goes on without it"
	case LossLapsed:
		return "is lost: nothing was heard from it in time"
	}
	return "is lost: " + string(r)
}

// JobsAssigned says that other nodes take jobs from now on. Which node a job belongs to is not listed: it follows from the
// job's name and from the nodes that have what it asks for.
type JobsAssigned struct {
	Nodes    []string `json:"nodes"`    // that take jobs, sorted; a node that is drained is not among them
	Jobs     int      `json:"jobs"`     // how many jobs there are
	Moved    int      `json:"moved"`    // how many of them belong to another node than before, or to none
	Unplaced int      `json:"unplaced"` // how many of them no node can take: their runs wait
}

// MaxNodes bounds the nodes of a fleet that are there at once.
const MaxNodes = 256

// NodeKeyBytes is the length of a node's key.
const NodeKeyBytes = 32

// MaxNodeActors bounds the actor types that a node says it has.
const MaxNodeActors = 256

// MaxLabels bounds the labels of a node, and those that a job asks for.
const MaxLabels = 32

// The patterns of names and values, in the syntax that RE2 and ECMA-262 share.
const (
	NodeName   = `^[a-z0-9][a-z0-9._-]{0,62}$`
	LabelName  = `^[a-z0-9][a-z0-9._/-]{0,62}$`
	LabelValue = `^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$`
)

// LabelsText is labels as people write them, sorted: gpu=true, zone=eu.
func LabelsText(labels map[string]string) string {
	all := make([]string, 0, len(labels))
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		all = append(all, key+"="+labels[key])
	}
	return strings.Join(all, ", ")
}

// NoNode says, as a part of a sentence, what keeps a job from every node: the labels that it asks for, or else its actor
// type.
func NoNode(labels map[string]string, actor string) string {
	if len(labels) > 0 {
		return "no node with " + LabelsText(labels) + " takes jobs"
	}
	return "no node takes jobs of type " + actor
}

// Topic, Name and Key place the message on the bus. A node is no job, so its name is no key.
func (NodeJoined) Topic() Topic { return TopicConfig }
func (NodeJoined) Name() string { return "node.joined.v1" }
func (NodeJoined) Key() string  { return "" }
func (NodeJoined) fact()        {}

// Topic, Name and Key place the message on the bus.
func (NodeLost) Topic() Topic { return TopicConfig }
func (NodeLost) Name() string { return "node.lost.v1" }
func (NodeLost) Key() string  { return "" }
func (NodeLost) fact()        {}

// Topic, Name and Key place the message on the bus.
func (JobsAssigned) Topic() Topic { return TopicConfig }
func (JobsAssigned) Name() string { return "jobs.assigned.v1" }
func (JobsAssigned) Key() string  { return "" }
func (JobsAssigned) decision()    {}
