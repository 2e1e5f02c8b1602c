package crash

import (
	"flag"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/replay/invariant"
	"curfew/bus/replay/story"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

var sweepAll = flag.Bool("sweep", false, "have the sweeps kill in each way at every append; else the ways take turns at every third append, or from story to story")

// The runtime of a story with more than sweepWhole appends is killed at the first and last sweepEnds of them, and at
// every sweepStride-th between.
const (
	sweepWhole  = 100
	sweepEnds   = 6
	sweepStride = 1500
)

// sweepEvery is the distance of the appends at which the runtime is killed without -sweep.
const sweepEvery = 3

// sweepDiffers are the stories whose outcome some kills may change, with the reason. Everything else must hold of them,
// too.
var sweepDiffers = map[string]string{
	"abandoned":                   "an attempt that ignores orders dies with its process: it is repeated, and is abandoned once less",
	"late_401":                    "the attempt of the old generation is repeated in the new one, so what the story has it report is news",
	"side_effect":                 "likewise: the attempt that calls a tool is told of its 401 when it is repeated, in the new generation",
	"side_effect_any_failure":     "likewise: a repeated attempt is told of its failures, and is asked about after it has called the tool again",
	"one_shot_asks_after_success": "likewise",
	"overlap_cancel_running":      "the cancelled attempt dies with its process, so its lane is free before the next slot, which folds into nothing",
	"overlap_allow_abandoned":     "as abandoned: what ignores orders dies with its process, and is abandoned once less",
	"overlap_allow_ask":           "as late_401: the attempt of the old generation is repeated in the new one, and reports its 401 there",
	"overlap_allow_canary":        "the story closes the gate over two attempts: those that the kill interrupts are held, and become one run",
	"overlap_allow_commands":      "likewise, for a pause over two attempts",
	"overlap_allow_gate":          "as late_401, and likewise",
	"changed_unnoticed":           "a start before the story gives up a schedule notices the slot over which the machine slept, and catches it up",
	"untold":                      "a start tells again what every target has refused: people may have mended the settings",
	"clock_steps":                 "a recovered timer waits no longer than its span, but that once more if the clock was set back (decision 9)",
	"clock_a_year_ahead":          "the story closes the gate while attempts are in flight: one that the kill interrupts is held instead of repeated",
	"canary_wait_is_set":          "likewise, and the next slot of its job folds into it",
	"enabled":                     "likewise, for a job that its file has switched off meanwhile",
	"preflight_unanswered":        "an interruption ends the row of unanswered preflights, which begins anew",
	"not_now":                     "likewise, of attempts that tried nothing",
	"own_key_is_no_canary":        "likewise: the attempt with a key of its own is held, and the next slot of its job folds into it",
	"reload_is_no_start":          "as in abandoned: a kill is a start, and ends what the process had abandoned",
	"reload_kind":                 "the attempt is repeated by its new definition, as the actor type that the job has now",
	"reload_kind_expired":         "likewise",
	"reload_session_removed":      "the attempt is repeated in the job's new session, so its 401 is the new session's",
	"nodes_drain":                 "an attempt that the kill interrupts while every node is drained is held instead of going on",
	"nodes_late":                  "an attempt of a node that the story loses is repeated on another one, so there is nobody who reports late",
	"nobody_starves":              "a repeated start of the backlog waits for the ration like the first, and the story ends it before it has begun",
	"ration_other_lane":           "likewise: the repeated start of what is rationed takes another place",
	"ration_cut_off":              "as late_401: what is in flight is repeated in the new generation, and reports its 401 there",
	"circuit_other_lane":          "the run by hand goes before the interrupted one that was trying the backend, so the story ends another one",
	"sign_in_while_probing":       "as late_401: the canary of the sign-in before is repeated in the new generation, and is its canary",
	"outage_goes_on":              "what is in flight when the gate closes is held instead of repeated, so nobody reports its 401",
	"quota_after_expiry":          "likewise, nor its quota",
	"quota_over_a_forecast":       "a start asks at once about a forecast that is kept, which a process asks about every 30 s",
	"reload_refresh_added":        "likewise",
	"fold_keeps_the_question":     "as overlap_allow_commands: what the kill interrupts is held by the pause, and becomes one run",
}

// TestSweep kills the whole runtime at each append of every story, in each of three ways (fate), and starts it
// again from the journal. The story goes on, and:
//
//   - if no attempt was in flight, every directive has the same decisions at the same times as without the kill;
//   - if some were, each of them is interrupted once, as crashed, and repeated; after that, every run of the
//     story comes to the same end, and every job, gate, generation and hold is the same. Times may differ
//     (the third interruption in a row waits for a backoff), as may the number of attempts. The stories in
//     sweepDiffers are told to end something that the kill has ended;
//   - no attempt begins and nobody is notified by a decision that is not durable, nor twice;
//   - every notification is delivered;
//   - the journal of both processes keeps the invariants, and is decided again without a difference.
func TestSweep(t *testing.T) {
	var told, points, inFlight int
	datadriven.Walk(t, stories, func(t *testing.T, path string) {
		ds := directives(t, path)
		if restarts(ds) {
			return // it is its own sweep
		}
		world.UnlessHurried(t, *sweepAll)
		calm := sweepOnce(t, ds, world.Seen, 0)
		calm.checkTexts(t, ds, "without a kill")
		name := storyName(path)
		told++
		anyOther, nobody := false, undelivered(calm.records)
		for _, p := range sweepPoints(calm.appends) {
			got := sweepOnce(t, ds, p.fate, p.at)
			points++
			if len(got.flew) > 0 {
				inFlight++
			}
			where := fmt.Sprintf("killed at append %d of %d, which is %s, after record %d with %d attempts in flight",
				p.at, calm.appends, p.fate, got.at, len(got.flew))
			got.check(t, where, 1, nobody)
			other := delta(calm.ends, got.ends)
			anyOther = anyOther || other != "" || len(got.flew) == 0 && !slices.EqualFunc(got.texts, ds, said)
			if sweepDiffers[name] == "" {
				got.compared(t, ds, where, other)
			}
			if t.Failed() {
				t.FailNow()
			}
		}
		if *sweepAll && sweepDiffers[name] != "" && !anyOther {
			t.Error("no kill changes the story: take it out of sweepDiffers")
		}
	})
	t.Logf("%d stories, killed at %d points, at %d of them with attempts in flight", told, points, inFlight)
}

// TestSweepAgainAndAgain kills the runtime at every append of a story, one after the other: each process dies at its
// first append after its start.
func TestSweepAgainAndAgain(t *testing.T) {
	told, kills := 0, 0
	datadriven.Walk(t, stories, func(t *testing.T, path string) {
		if storyName(path) == "sixteen_days" {
			return // four thousand starts
		}
		ds := directives(t, path)
		if restarts(ds) {
			return
		}
		world.UnlessHurried(t, *sweepAll)
		nobody := undelivered(sweepOnce(t, ds, world.Seen, 0).records)
		told++
		for i, f := range []world.Fate{world.Unseen, world.Seen} {
			if !*sweepAll && told%2 != i {
				continue
			}
			got := sweepOnce(t, ds, f, 1, always)
			got.check(t, fmt.Sprintf("killed again and again, the append is %s", f), -1, nobody)
			kills += got.kills
		}
	})
	t.Logf("%d kills", kills)
}

// restarts reports whether the story itself stops the runtime.
func restarts(ds []datadriven.TestData) bool {
	return slices.ContainsFunc(ds, func(d datadriven.TestData) bool { return d.Cmd == "restart" || d.Cmd == "crash" })
}

func storyName(path string) string {
	base := filepath.Base(path)
	return base[:len(base)-len(filepath.Ext(base))]
}

// sweepPoint is an append at which the process is killed, and what becomes of the append.
type sweepPoint struct {
	fate world.Fate
	at   int // its append
}

func sweepPoints(appends int) (points []sweepPoint) {
	fates := []world.Fate{world.Lost, world.Unseen, world.Seen}
	for k := 1; k <= appends; k++ {
		if appends > sweepWhole && k > sweepEnds && k <= appends-sweepEnds && k%sweepStride != 0 {
			continue
		}
		for i, f := range fates {
			if *sweepAll || (k+appends)%(sweepEvery*len(fates)) == sweepEvery*i {
				points = append(points, sweepPoint{f, k})
			}
		}
	}
	return points
}

// swept is the outcome of a story.
type swept struct {
	texts   []string // of the directives
	appends int      // of the last process
	kills   int
	at      uint64                    // newest durable seq at the first kill
	flew    []messages.AttemptStarted // in flight at the first kill
	ends    map[string]string
	records []messages.Record
}

func always(w *world.Crash) { w.Always = true }

// sweepOnce tells a story to a runtime that is killed at that append; 0: never.
func sweepOnce(t *testing.T, ds []datadriven.TestData, f world.Fate, killAt int, options ...func(*world.Crash)) (got swept) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := world.NewCrash(t, f, killAt)
		for _, o := range options {
			o(w)
		}
		defer w.Stop()
		s := story.New(w)
		for _, d := range ds {
			got.texts = append(got.texts, s.Run(&d))
		}
		got.appends, got.kills, got.at, got.flew = w.Appends(), w.Kills, w.At, w.Flew
		got.ends, got.records = ends(w), w.RecordsFrom(1)
	})
	return got
}

// checkTexts compares the decisions of each directive with the story.
func (s swept) checkTexts(t *testing.T, ds []datadriven.TestData, where string) {
	t.Helper()
	for i, d := range ds {
		if !said(s.texts[i], d) {
			t.Errorf("%s: %s: %s\n%s\nwant\n%s", where, d.Pos, d.Cmd, s.texts[i], d.Expected)
		}
	}
}

func said(text string, d datadriven.TestData) bool { return text == d.Expected }

// compared compares the outcome with the one without a kill; other is the difference of their ends.
func (s swept) compared(t *testing.T, ds []datadriven.TestData, where, other string) {
	t.Helper()
	if len(s.flew) == 0 {
		s.checkTexts(t, ds, where)
	}
	if other != "" {
		t.Errorf("%s:\n%s", where, other)
	}
}

// undelivered counts the records whose delivery never finished, by the name of the message.
func undelivered(recs []messages.Record) map[string]int {
	m, n := policy.New(), map[string]int{}
	for _, r := range recs {
		m.Apply(r)
	}
	for _, r := range m.Undelivered() {
		if d, ok := r.Record.Body.(messages.NotificationRequested); ok && d.Again != "" {
			continue // a start may tell again what the story has no answer for
		}
		n[r.Record.Body.Name()]++
	}
	return n
}

// check checks what holds after any kill. kills is how often the runtime must have been killed; below 0: any number.
// calm counts what is not delivered without a kill, either.
func (s swept) check(t *testing.T, where string, kills int, calm map[string]int) {
	t.Helper()
	if kills >= 0 && s.kills != kills {
		t.Errorf("%s: it was killed %d times", where, s.kills)
	}
	for name, n := range undelivered(s.records) {
		if calm[name] == 0 {
			t.Errorf("%s: %d %s were never delivered", where, n, name)
		}
	}
	for _, v := range slices.Concat(invariant.Check(s.records), invariant.Ungated(s.records)) {
		t.Errorf("%s: %s", where, v)
	}
	goesOn(t, policy.New(), byFact(s.records))
	crashed := map[messages.AttemptRef]int{}
	for _, r := range s.records {
		if b, ok := r.Body.(messages.AttemptInterrupted); ok && b.Why == messages.InterruptCrashed {
			crashed[b.AttemptRef]++
		}
	}
	for _, a := range s.flew {
		if ref := (messages.AttemptRef{Run: a.Run, Job: a.Job, Attempt: a.Attempt}); crashed[ref] != 1 {
			t.Errorf("%s: attempt %d of %s was in flight, and interrupted %d times",
				where, a.Attempt, a.Job, crashed[ref])
		}
	}
	if kills == 1 && len(crashed) != len(s.flew) {
		t.Errorf("%s: %d attempts were in flight, and %d interrupted", where, len(s.flew), len(crashed))
	}
}

// ends returns how all runs ended, and the state of jobs and sessions.
func ends(w *world.Crash) map[string]string {
	out := map[string]string{}
	for _, r := range w.RecordsFrom(1) {
		if b, ok := r.Body.(messages.RunFinished); ok {
			out[fmt.Sprintf("run %s of %s", b.Run, b.Job)] = fmt.Sprint(b.Status, " ", b.Reason)
		}
	}
	m := w.Rebuilt()
	for _, v := range m.Unfinished() {
		out[fmt.Sprintf("run %s of %s", v.ID, v.Job)] = fmt.Sprint(v.Status, v.Holds, v.Final)
	}
	for _, n := range m.JobNames("", policy.All) {
		v, _ := m.Job(n)
		out["job "+n] = fmt.Sprint(v.Paused, v.Mark.Since)
	}
	for _, n := range m.SessionNames("", policy.All) {
		v, _ := m.Session(n)
		out["session "+n] = fmt.Sprint(v.State, v.Generation, v.Held)
	}
	return out
}

// delta lists the differences of two ends.
func delta(calm, got map[string]string) (s string) {
	all := maps.Clone(calm)
	maps.Copy(all, got)
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if calm[k] != got[k] {
			s += fmt.Sprintf("  %s: %q, and without the kill %q\n", k, got[k], calm[k])
		}
	}
	return s
}
