package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// lookTime is how long a scrape waits for the state.
const lookTime = 5 * time.Second

// A Snapshot is the state of the runtime at one time.
type Snapshot struct {
	Glance      policy.Glance
	Load        policy.Load
	Nodes       []policy.NodeView // of a fleet
	Fleet       *Fleet            // nil: the runtime is on its own
	Undelivered int               // notifications that no target has taken
	Abandoned   int               // attempts that were told to stop, and still run
	Parked      int               // messages whose readers have failed too often
	Records     uint64            // seq of the newest record
	Behind      map[string]uint64 // records that each reader has not read yet
}

// Fleet is a node's part in its fleet.
type Fleet struct {
	Decides, Connected bool
	Behind             uint64 // appends of the journal that the node has not taken in yet
}

// states is a collector of the state. Its counters are those of the journal and of [gates].
type states struct {
	look    func(context.Context) (Snapshot, error)
	gates   *gates
	now     func() time.Time
	version string
}

var (
	known       = describe("curfew_state_known", "1 if the runtime said its state; without it, what follows is missing.")
	info        = describe("curfew_build_info", "1; the program's version is a label.", "version")
	jobs        = describe("curfew_jobs", "Jobs that are defined.")
	runs        = describe("curfew_runs", "Runs that are not over.", "actor", "status")
	laneSize    = describe("curfew_lane_size", "How many attempts of an actor type may run at once.", "actor")
	laneBusy    = describe("curfew_lane_busy", "How many of them run.", "actor")
	gateState   = describe("curfew_session_gate", "1 for the state that the gate is in, 0 for the others.", "session", "state")
	generation  = describe("curfew_session_generation", "Number of the session's credential.", "session")
	expires     = describe("curfew_session_expires_timestamp_seconds", "When the credential will lapse, if that is known.", "session")
	held        = describe("curfew_session_held_runs", "Runs that wait for the gate.", "session")
	closedFor   = describe("curfew_session_closed_seconds_total", "How long the gate was not open.", "session")
	nodeOpen    = describe("curfew_node_open", "1 if the node takes jobs; 0 if it is drained or lost.", "node")
	nodeRunning = describe("curfew_node_running", "Attempts in flight on the node.", "node")
	decides     = describe("curfew_fleet_decides", "1 if this node decides for its fleet, 0 if another one does or none.")
	connected   = describe("curfew_fleet_connected", "1 if this node is connected to the servers of its fleet's journal, and they answer.")
	appends     = describe("curfew_fleet_behind_appends", "Appends of the fleet's journal that this node has not taken in yet.")
	undelivered = describe("curfew_notifications_undelivered", "Notifications that hold and that no target has taken.")
	abandoned   = describe("curfew_attempts_abandoned", "Attempts that were told to stop, did not, and still run.")
	parked      = describe("curfew_bus_parked_messages", "Messages whose readers failed too often.")
	records     = describe("curfew_journal_records_total", "Seq of the newest record.")
	behind      = describe("curfew_bus_lag_records", "Records that a reader has not read yet.", "reader")
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

func (s *states) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		known, info, jobs, runs, laneSize, laneBusy, gateState, generation, expires, held, closedFor, nodeOpen,
		nodeRunning, decides, connected, appends, undelivered, abandoned, parked, records, behind,
	} {
		to <- d
	}
}

func (s *states) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	total := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	gauge(info, 1, s.version)
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	now, err := s.look(ctx)
	if err != nil {
		gauge(known, 0) // what was counted is still worth having
		return
	}
	gauge(known, 1)
	gauge(jobs, float64(now.Glance.Jobs))
	for state, n := range now.Load.Runs {
		gauge(runs, float64(n), state.Actor, string(state.Status))
	}
	for _, l := range now.Load.Lanes {
		gauge(laneSize, float64(l.Size), l.Actor)
		gauge(laneBusy, float64(l.Busy), l.Actor)
	}
	at := messages.At(s.now())
	for _, v := range now.Glance.Sessions {
		for _, state := range []messages.GateState{messages.StateOpen, messages.StateProbing, messages.StateClosed} {
			is := 0.0
			if v.State == state {
				is = 1
			}
			gauge(gateState, is, v.Name, string(state))
		}
		gauge(generation, float64(v.Generation), v.Name)
		if !v.ExpiresAt.IsZero() {
			gauge(expires, float64(v.ExpiresAt)/1000, v.Name)
		}
		gauge(held, float64(now.Load.Held[v.Name]), v.Name)
		total(closedFor, s.gates.closed(v.Name, at).Seconds(), v.Name)
	}
	now.fleet(gauge)
	gauge(undelivered, float64(now.Undelivered))
	gauge(abandoned, float64(now.Abandoned))
	gauge(parked, float64(now.Parked))
	total(records, float64(now.Records))
	for reader, n := range now.Behind {
		gauge(behind, float64(n), reader)
	}
}

// fleet says which nodes there are, and what this one is among them.
func (s *Snapshot) fleet(gauge func(d *prometheus.Desc, v float64, labels ...string)) {
	is := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	for _, n := range s.Nodes {
		gauge(nodeOpen, is(n.Lost.IsZero() && n.Open()), n.Node)
		gauge(nodeRunning, float64(n.Running), n.Node)
	}
	if s.Fleet != nil {
		gauge(decides, is(s.Fleet.Decides))
		gauge(connected, is(s.Fleet.Connected))
		gauge(appends, float64(s.Fleet.Behind))
	}
}
