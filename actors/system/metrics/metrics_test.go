package metrics_test

import (
	"context"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"curfew/actors/system/follow"
	"curfew/actors/system/metrics"
	"curfew/bus/bustest"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// stage is metrics that read a log; stop ends them.
type stage struct {
	*metrics.Metrics
	log  *bustest.Log
	look error
	busy atomic.Bool // others need the cores
}

func start(t *testing.T, jobs ...*messages.Kept) *stage {
	t.Helper()
	s := &stage{Metrics: metrics.New(), log: &bustest.Log{}}
	s.Start(metrics.Config{
		Reader: func(wake func()) follow.Reader { return s.log.Reader(0, wake, metrics.Topics...) },
		Jobs:   jobs,
		Gates:  []messages.Decision{messages.GateOpened{Session: "default", Generation: 1}},
		Look: func(context.Context) (metrics.Snapshot, error) {
			return metrics.Snapshot{
				Glance: policy.Glance{Jobs: 2, Sessions: []policy.SessionGlance{
					{Name: "default", State: messages.StateClosed, Generation: 4, ExpiresAt: 1_800_000_000_000},
				}},
				Load: policy.Load{
					Lanes: []policy.LaneLoad{{Actor: "agent", Size: 4, Busy: 1}},
					Runs:  map[policy.RunState]int{{Actor: "agent", Status: messages.StatusHeld}: 3},
					Held:  map[string]int{"default": 3},
				},
				Nodes: []policy.NodeView{
					{NodeJoined: messages.NodeJoined{Node: "a"}, Running: 2},
					{NodeJoined: messages.NodeJoined{Node: "b", Draining: true}, Running: 1},
					{NodeJoined: messages.NodeJoined{Node: "c"}, Lost: 1},
				},
				Fleet:       &metrics.Fleet{Decides: true, Behind: 5},
				Undelivered: 1, Records: 99, Behind: map[string]uint64{"history": 7},
			}, s.look
		},
		Now: time.Now, Version: "v1", Rest: s.busy.Load, Fatal: func(err error) { t.Error(err) },
	})
	t.Cleanup(s.Stop)
	return s
}

// expect compares the named metrics with what a scrape shows.
func (s *stage) expect(t *testing.T, want string) {
	t.Helper()
	synctest.Wait()
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+)`).FindAllStringSubmatch(want, -1) {
		names = append(names, m[1])
	}
	if err := testutil.GatherAndCompare(s.Gatherer(), strings.NewReader(want), names...); err != nil {
		t.Error(err)
	}
}

var briefing = messages.Keep(messages.Definition{Job: "briefing", Actor: "agent", Gated: true, Session: "default"})

func ref(run string, n int) messages.AttemptRef {
	return messages.AttemptRef{Run: messages.RunID(run), Job: "briefing", Attempt: n}
}

// TestOutage: one lapse is a closed gate, the calls in flight, and no error report.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, briefing)
		slot := messages.At(time.Now())
		s.log.Append(messages.RunQueued{Run: "r1", Job: "briefing", Slot: slot, Trigger: messages.TriggerSchedule})
		time.Sleep(3 * time.Second)
		s.log.Append(messages.AttemptStarted{Run: "r1", Job: "briefing", Attempt: 1, Slot: slot, Session: "default"})
		time.Sleep(10 * time.Second)
		s.log.Append(messages.AttemptFailed{
			AttemptRef: ref("r1", 1), Class: messages.ClassSessionExpired, Called: true, Session: "default",
			Usage: &messages.Usage{Calls: 1, InputTokens: 10, OutputTokens: 2},
		}, messages.GateClosed{Session: "default"}, messages.RunHeld{Run: "r1", Job: "briefing"},
			messages.NotificationRequested{Notice: messages.NoticeSessionClosed, Session: "default"})
		time.Sleep(time.Hour)
		s.expect(t, `
# HELP curfew_session_wasted_calls_total Attempts that called and found their session expired.
# TYPE curfew_session_wasted_calls_total counter
curfew_session_wasted_calls_total{session="default"} 1
# HELP curfew_session_closed_seconds_total How long the gate was not open.
# TYPE curfew_session_closed_seconds_total counter
curfew_session_closed_seconds_total{session="default"} 3600
# HELP curfew_notifications_total Notifications that were decided, by what they are about.
# TYPE curfew_notifications_total counter
curfew_notifications_total{notice="session_closed"} 1
# HELP curfew_error_reports_total Error reports that were decided.
# TYPE curfew_error_reports_total counter
curfew_error_reports_total{actor="agent"} 0
# HELP curfew_model_tokens_total Tokens of model calls, as the provider counted them.
# TYPE curfew_model_tokens_total counter
curfew_model_tokens_total{actor="agent",direction="input",session="default"} 10
curfew_model_tokens_total{actor="agent",direction="output",session="default"} 2
# HELP curfew_attempt_duration_seconds How long attempts took.
# TYPE curfew_attempt_duration_seconds histogram
curfew_attempt_duration_seconds_bucket{actor="agent",le="0.01"} 0
curfew_attempt_duration_seconds_bucket{actor="agent",le="0.1"} 0
curfew_attempt_duration_seconds_bucket{actor="agent",le="1"} 0
curfew_attempt_duration_seconds_bucket{actor="agent",le="5"} 0
curfew_attempt_duration_seconds_bucket{actor="agent",le="15"} 1
curfew_attempt_duration_seconds_bucket{actor="agent",le="60"} 1
curfew_attempt_duration_seconds_bucket{actor="agent",le="300"} 1
curfew_attempt_duration_seconds_bucket{actor="agent",le="900"} 1
curfew_attempt_duration_seconds_bucket{actor="agent",le="3600"} 1
curfew_attempt_duration_seconds_bucket{actor="agent",le="14400"} 1
curfew_attempt_duration_seconds_bucket{actor="agent",le="86400"} 1
curfew_attempt_duration_seconds_bucket{actor="agent",le="+Inf"} 1
curfew_attempt_duration_seconds_sum{actor="agent"} 10
curfew_attempt_duration_seconds_count{actor="agent"} 1
`)
		// The run that was held is not late: it waited for a person.
		s.log.Append(messages.GateProbing{Session: "default", Generation: 2},
			messages.AttemptStarted{Run: "r1", Job: "briefing", Attempt: 2, Slot: slot, Session: "default"})
		time.Sleep(time.Second)
		s.log.Append(messages.AttemptSucceeded{AttemptRef: ref("r1", 2)}, messages.GateOpened{Session: "default", Generation: 2},
			messages.RunFinished{Run: "r1", Job: "briefing", Status: messages.StatusSucceeded})
		time.Sleep(time.Hour)
		s.expect(t, `
# HELP curfew_session_closed_seconds_total How long the gate was not open.
# TYPE curfew_session_closed_seconds_total counter
curfew_session_closed_seconds_total{session="default"} 3601
# HELP curfew_session_closures_total How often the gate was closed.
# TYPE curfew_session_closures_total counter
curfew_session_closures_total{session="default"} 1
# HELP curfew_retries_total Attempts that were not the first of their run.
# TYPE curfew_retries_total counter
curfew_retries_total{actor="agent"} 1
# HELP curfew_attempts_total Attempts that have ended: succeeded, abandoned, or the class of the failure.
# TYPE curfew_attempts_total counter
curfew_attempts_total{actor="agent",outcome="session_expired"} 1
curfew_attempts_total{actor="agent",outcome="succeeded"} 1
`)
		if n := testutil.CollectAndCount(s.Gatherer().(prometheus.Collector), "curfew_start_lateness_seconds"); n != 1 {
			t.Errorf("%d series of lateness, want that of the first start", n)
		}
	})
}

// TestFailure: the class of the newest failure is that of the run, and a run that is not known, of a job
// that was removed, counts without a type.
func TestFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, briefing)
		s.log.Append(messages.RunQueued{Run: "r1", Job: "briefing", Trigger: messages.TriggerManual})
		for n, class := range []messages.Class{messages.ClassTimeout, messages.ClassTransient} {
			s.log.Append(messages.AttemptStarted{Run: "r1", Job: "briefing", Attempt: n + 1},
				messages.AttemptFailed{AttemptRef: ref("r1", n+1), Class: class})
		}
		s.log.Append(messages.RunFinished{Run: "r1", Job: "briefing", Status: messages.StatusFailed},
			messages.ErrorReported{Run: "r1", Job: "briefing"},
			messages.SlotSkipped{Job: "briefing", Count: 3, Reason: messages.SkipOverlap},
			messages.JobRemoved{Job: "briefing"},
			messages.RunFinished{Run: "r2", Job: "briefing", Status: messages.StatusCancelled},
			messages.DeliveryFinished{To: "desk", OK: true}, messages.DeliveryFinished{To: "desk"})
		s.expect(t, `
# HELP curfew_runs_finished_total Runs that are over; class is that of the newest failure of a run that failed.
# TYPE curfew_runs_finished_total counter
curfew_runs_finished_total{actor="",class="",status="cancelled"} 1
curfew_runs_finished_total{actor="agent",class="",status="succeeded"} 0
curfew_runs_finished_total{actor="agent",class="permanent",status="failed"} 0
curfew_runs_finished_total{actor="agent",class="timeout",status="failed"} 0
curfew_runs_finished_total{actor="agent",class="transient",status="failed"} 1
# HELP curfew_error_reports_total Error reports that were decided.
# TYPE curfew_error_reports_total counter
curfew_error_reports_total{actor="agent"} 1
# HELP curfew_slots_skipped_total Slots of which no run came.
# TYPE curfew_slots_skipped_total counter
curfew_slots_skipped_total{actor="agent",reason="overlap"} 3
# HELP curfew_deliveries_total Answers of targets to deliveries, notifications and error reports.
# TYPE curfew_deliveries_total counter
curfew_deliveries_total{result="delivered",target="desk"} 1
curfew_deliveries_total{result="refused",target="desk"} 1
`)
	})
}

// TestReload: an attempt counts for the actor type by which it began, though its job is another or gone when it ends.
func TestReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, briefing)
		for _, run := range []string{"r1", "r2"} {
			s.log.Append(messages.RunQueued{Run: messages.RunID(run), Job: "briefing", Trigger: messages.TriggerManual},
				messages.AttemptStarted{Run: messages.RunID(run), Job: "briefing", Attempt: 1})
		}
		s.log.Append(messages.Defined(messages.Definition{Job: "briefing", Actor: "shell"}),
			messages.AttemptSucceeded{AttemptRef: ref("r1", 1)}, messages.JobRemoved{Job: "briefing"},
			messages.AttemptInterrupted{AttemptRef: ref("r2", 1)},
			messages.RunFinished{Run: "r2", Job: "briefing", Status: messages.StatusCancelled})
		s.expect(t, `
# HELP curfew_attempts_total Attempts that have ended: succeeded, abandoned, or the class of the failure.
# TYPE curfew_attempts_total counter
curfew_attempts_total{actor="agent",outcome="interrupted"} 1
curfew_attempts_total{actor="agent",outcome="succeeded"} 1
`)
	})
}

// TestState: what is a state is asked for at each scrape; when it is not known, the counters still are.
func TestState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, briefing)
		s.expect(t, `
# HELP curfew_state_known 1 if the runtime said its state; without it, what follows is missing.
# TYPE curfew_state_known gauge
curfew_state_known 1
# HELP curfew_session_gate 1 for the state that the gate is in, 0 for the others.
# TYPE curfew_session_gate gauge
curfew_session_gate{session="default",state="closed"} 1
curfew_session_gate{session="default",state="open"} 0
curfew_session_gate{session="default",state="probing"} 0
# HELP curfew_session_held_runs Runs that wait for the gate.
# TYPE curfew_session_held_runs gauge
curfew_session_held_runs{session="default"} 3
# HELP curfew_node_open 1 if the node takes jobs; 0 if it is drained or lost.
# TYPE curfew_node_open gauge
curfew_node_open{node="a"} 1
curfew_node_open{node="b"} 0
curfew_node_open{node="c"} 0
# HELP curfew_node_running Attempts in flight on the node.
# TYPE curfew_node_running gauge
curfew_node_running{node="a"} 2
curfew_node_running{node="b"} 1
curfew_node_running{node="c"} 0
# HELP curfew_fleet_decides 1 if this node decides for its fleet, 0 if another one does or none.
# TYPE curfew_fleet_decides gauge
curfew_fleet_decides 1
# HELP curfew_fleet_connected 1 if this node is connected to the servers of its fleet's journal, and they answer.
# TYPE curfew_fleet_connected gauge
curfew_fleet_connected 0
# HELP curfew_fleet_behind_appends Appends of the fleet's journal that this node has not taken in yet.
# TYPE curfew_fleet_behind_appends gauge
curfew_fleet_behind_appends 5
# HELP curfew_session_expires_timestamp_seconds When the credential will lapse, if that is known.
# TYPE curfew_session_expires_timestamp_seconds gauge
curfew_session_expires_timestamp_seconds{session="default"} 1.8e+09
# HELP curfew_bus_lag_records Records that a reader has not read yet.
# TYPE curfew_bus_lag_records gauge
curfew_bus_lag_records{reader="history"} 7
# HELP curfew_runs Runs that are not over.
# TYPE curfew_runs gauge
curfew_runs{actor="agent",status="held"} 3
`)
		s.look = errors.New("the log does not answer")
		s.expect(t, `
# HELP curfew_state_known 1 if the runtime said its state; without it, what follows is missing.
# TYPE curfew_state_known gauge
curfew_state_known 0
# HELP curfew_retries_total Attempts that were not the first of their run.
# TYPE curfew_retries_total counter
curfew_retries_total{actor="agent"} 0
`)
	})
}

// TestPage: docs/metrics.md lists every metric, with its labels, and no other.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	described := make(chan *prometheus.Desc, 1000)
	start(t).Gatherer().(prometheus.Collector).Describe(described)
	close(described)
	var want []string
	name := regexp.MustCompile(`fqName: "(curfew_\w+)".*variableLabels: \{([^}]*)\}`)
	for d := range described {
		if m := name.FindStringSubmatch(d.String()); m != nil {
			row := m[1]
			if m[2] != "" {
				row += "{" + m[2] + "}"
			}
			want = append(want, row)
		}
	}
	var got []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(curfew_[^`]*)`").FindAllStringSubmatch(string(page), -1) {
		got = append(got, m[1])
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) < 20 || !slices.Equal(got, want) {
		t.Errorf("docs/metrics.md has\n%s\nthe program\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestRest: while others need the cores nothing is counted, and then all of it.
func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, briefing)
		defer s.Stop()
		const closures = `
# HELP curfew_session_closures_total How often the gate was closed.
# TYPE curfew_session_closures_total counter
curfew_session_closures_total{session="default"} 1
`
		s.log.Append(messages.GateClosed{Session: "default"})
		s.expect(t, closures)
		s.busy.Store(true)
		s.log.Append(messages.GateClosed{Session: "default"})
		time.Sleep(time.Minute)
		s.expect(t, closures)
		s.busy.Store(false)
		time.Sleep(time.Second)
		s.expect(t, strings.Replace(closures, "} 1", "} 2", 1))
	})
}
