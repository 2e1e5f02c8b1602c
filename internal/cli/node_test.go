package cli

import (
	"strings"
	"testing"
	"time"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/messages"
)

// TestOldNodes: a list of nodes that is old says so, and a node that has stopped is not said to be missed.
func TestOldNodes(t *testing.T) {
	b := &strings.Builder{}
	s := &sheet.Sheet{Out: b, Width: 80, Now: time.UnixMilli(3_000_000), Zone: time.UTC}
	showNodes(s, contract.NodeList{AsOf: 2_940_000, List: contract.ListOf([]contract.Node{
		{Name: "a", State: contract.NodeOpen, Answers: true, Since: 1_000_000},
		{Name: "b", State: contract.NodeLost, Reason: contract.OrNull(messages.LossStopped), Since: 1_000_000, LostAt: 2_000_000},
		{Name: "c", State: contract.NodeLost, Reason: contract.OrNull(messages.LossLapsed), Since: 1_000_000, LostAt: 2_000_000},
	}, "")})
	const want = `NODE  STATE            RUNNING  LABELS  SINCE
a     open (this one)  0        -       33m ago
b     stopped          0        -       16m ago
c     lost             0        -       16m ago
This node does not reach the servers of its fleet: it does not know what happened after 1970-01-01 00:49:00 (1m ago).
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestUsurpedNode: the status of a node whose name another process has says that, and what to do.
func TestUsurpedNode(t *testing.T) {
	b := &strings.Builder{}
	showFleet(&sheet.Sheet{Out: b, Width: 100}, &contract.Fleet{Realm: "prod", Node: "a", Decider: "a", Connected: true, Usurped: true})
	const want = `node a of fleet prod, but another process is that node: nothing runs here until it has gone
stop it, or start one of the two with another --node
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
