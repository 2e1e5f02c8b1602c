package supervisor_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/messages"
	"curfew/supervisor"
)

// told is what the shards say in one line: each state with its number, and the listed children.
func (s *stage) told(q supervisor.Count) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Second)
	defer cancel()
	var counts, children []string
	sum := make(map[supervisor.ChildState]int)
	for _, one := range s.sup.Census(ctx, q) {
		if !one.Answered {
			s.t.Errorf("%s has not answered", one.Name)
		}
		for state, n := range one.States {
			sum[state] += n
		}
		for _, c := range one.Listed {
			children = append(children, fmt.Sprintf("%s %s incarnation=%d restarts=%d attempt=%d run=%s",
				c.Name, c.State, c.Incarnation-base, c.Restarts, c.Attempt, c.Run))
		}
	}
	for _, state := range supervisor.ChildStates {
		if sum[state] > 0 {
			counts = append(counts, fmt.Sprintf("%s=%d", state, sum[state]))
		}
	}
	return strings.Join(append([]string{strings.Join(counts, " ")}, children...), "\n")
}

// TestCensus: what a supervisor says of its children is what it has done with them.
func TestCensus(t *testing.T) {
	play(t, []string{"ok", "fail", "hang"}, func(s *stage) {
		expect := func(when, job, want string) {
			t.Helper()
			if got := s.told(supervisor.Count{Shard: s.sup.ShardOf("agent", job), Job: job, Limit: 9}); got != want {
				t.Errorf("%s:\n%s\nwant:\n%s", when, got, want)
			}
		}
		expect("at the start", "ok", "idle=3\nok idle incarnation=1 restarts=0 attempt=0 run=")
		s.append(start("ok", "o1", 1), start("fail", "f1", 1), start("hang", "h1", 1))
		expect("one succeeded, one failed, one runs", "fail",
			"running=1 suspended=1 idle=1\nfail suspended incarnation=1 restarts=0 attempt=0 run=f1")
		expect("the one that runs", "hang", "running=1 suspended=1 idle=1\nhang running incarnation=1 restarts=0 attempt=1 run=h1")
		s.append(start("fail", "f1", 2))
		expect("restarted for its second attempt, which failed", "fail",
			"running=1 suspended=1 idle=1\nfail suspended incarnation=2 restarts=1 attempt=0 run=f1")
		s.append(messages.GateClosed{Session: "default", Generation: 1}, start("ok", "o2", 1))
		expect("behind the second lock", "ok",
			"running=1 suspended=1 parked=1\nok parked incarnation=1 restarts=0 attempt=1 run=o2")
		for _, one := range s.sup.Census(s.t.Context(), supervisor.Count{}) {
			if want := []string{"default"}; one.Kind == "agent" && !slices.Equal(one.Locked, want) {
				t.Errorf("%s begins nothing of %q, want %q", one.Name, one.Locked, want)
			}
		}
		s.append(messages.JobRemoved{Job: "hang"})
		expect("removed while it runs", "hang", "running=1 suspended=1 parked=1\nhang running incarnation=1 restarts=0 attempt=1 run=h1")
		s.append(messages.GateOpened{Session: "default", Generation: 2}, messages.RunFinished{Job: "hang", Run: "h1", Status: messages.StatusCancelled})
		expect("gone", "hang", "suspended=1 idle=1")
	})
}

// TestCensusIsBounded: of ten thousand children an answer lists a page, in order, and every one once.
func TestCensusIsBounded(t *testing.T) {
	const many = 10_000
	var jobs []string
	for i := range many {
		jobs = append(jobs, fmt.Sprintf("job-%05d", i))
	}
	play(t, jobs, func(s *stage) {
		var all []string
		for _, shard := range []string{"agent-0", "agent-1"} {
			for after := ""; ; {
				q := supervisor.Count{Shard: shard, After: after, Limit: 1 << 20}
				got := s.sup.Census(s.t.Context(), q)
				i := slices.IndexFunc(got, func(one supervisor.Shard) bool { return one.Name == shard })
				if n := len(got[i].Listed); n > supervisor.MaxChildren {
					t.Fatalf("%d children in one answer", n)
				}
				for _, c := range got[i].Listed {
					if c.Name <= after {
						t.Fatalf("%s comes after %s", c.Name, after)
					}
					after = c.Name
					all = append(all, c.Name)
				}
				if got[i].Next == "" {
					break
				}
			}
		}
		if slices.Sort(all); !slices.Equal(all, jobs) {
			t.Errorf("%d children were listed, want each of the %d once", len(all), many)
		}
	})
}

// TestCensusOfABusySupervisor: who asks is not kept waiting by one that does not answer, and it is told apart.
func TestCensusOfABusySupervisor(t *testing.T) {
	play(t, []string{"ok"}, func(s *stage) {
		release := make(chan struct{})
		s.block.Store(&release)
		s.append(messages.GateOpened{Session: "default", Generation: 2})
		ctx, cancel := context.WithTimeout(s.t.Context(), time.Second)
		defer cancel()
		all := s.sup.Census(ctx, supervisor.Count{})
		for _, one := range all {
			if one.Answered || one.Children() > 0 {
				t.Errorf("%s has answered while it was busy: %+v", one.Name, one)
			}
		}
		if len(all) != 3 {
			t.Errorf("%d supervisors are listed, want 3", len(all))
		}
		s.block.Store(nil)
		close(release)
		synctest.Wait()
		if got := s.told(supervisor.Count{}); got != "idle=1" {
			t.Errorf("afterwards: %s", got)
		}
	})
}

// TestCensusAfterTheStop: it ends.
func TestCensusAfterTheStop(t *testing.T) {
	play(t, []string{"ok"}, func(s *stage) {
		if err := s.sup.Stop(s.t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, one := range s.sup.Census(s.t.Context(), supervisor.Count{}) {
			if one.Answered {
				t.Errorf("%s has answered", one.Name)
			}
		}
	})
}
