package stories

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"curfew/bus/replay/brief"
	"curfew/bus/replay/invariant"
	"curfew/bus/replay/story"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// history drives a simulated world with random facts and orders.
type history struct {
	*story.Sim
	t *rapid.T
	n int

	started uint64 // processes of nodes
	photo   photo
}

func (h *history) must(err error) {
	if err != nil {
		h.t.Fatalf("step %d: %v", h.n, err)
	}
}

func (h *history) begin() {
	h.must(h.Publish(settings()))
	for _, d := range jobsOfRandom {
		h.must(h.Publish(messages.Defined(d)))
	}
	h.must(h.Advance(h.Now().Add(time.Second)))
}

func (h *history) job() string {
	return jobsOfRandom[rapid.IntRange(0, len(jobsOfRandom)-1).Draw(h.t, "job")].Job
}

func (h *history) session() string {
	return rapid.SampledFrom(append(h.sessions(), messages.DefaultSession)).Draw(h.t, "session")
}

// known reports whether the job is defined now: orders for other jobs are refused.
func (h *history) known(job string) (ok bool) {
	h.View(func(m *policy.Machine) { _, ok = m.Job(job) })
	return ok
}

// signIn signs a session in, perhaps with a token that expires. After too many sign-ins without a person the machine
// refuses them.
func (h *history) signIn() {
	by := rapid.SampledFrom([]string{"ada", messages.ByRefresh}).Draw(h.t, "by")
	var expires messages.Instant
	if life := rapid.SampledFrom([]time.Duration{0, 0, time.Minute, 3 * time.Hour}).Draw(h.t, "life"); life > 0 {
		expires = h.Now().Add(life)
	}
	if err := h.SignIn(h.session(), by, expires); err != nil && !(by == messages.ByRefresh &&
		errors.Is(err, policy.ErrRefreshSpent)) {
		h.must(err)
	}
}

func (h *history) step() {
	h.n++
	job := h.job()
	switch k := rapid.IntRange(0, 26).Draw(h.t, "what"); {
	case k <= 4:
		h.due()
	case k <= 8:
		h.end()
	case k <= 10:
		h.must(h.Advance(h.Now().Add(time.Duration(rapid.SampledFrom([]int{1, 1, 5, 31, 61, 700, 8000}).Draw(h.t, "s")) * time.Second)))
	case k == 11 || k == 12:
		h.signIn()
	case k == 22 || k == 23:
		h.target()
	case k == 24:
		h.reload()
	case k >= 25:
		h.node()
	case k == 13:
		s := h.session()
		reason := rapid.SampledFrom([]string{"expired", messages.ReasonSignedOut}).Draw(h.t, "reason")
		var gen uint64
		h.View(func(m *policy.Machine) { v, _ := m.Session(s); gen = v.Generation })
		gen = uint64(rapid.IntRange(0, int(gen)).Draw(h.t, "gen"))
		h.must(h.Publish(messages.SessionExpired{Session: s, Generation: gen, Source: "test", Reason: reason}))
	case !h.known(job):
		d := jobNamed(job)
		if !slices.Contains(h.sessions(), d.Session) {
			d.Session = ""
		}
		h.must(h.Publish(messages.Defined(d)))
	case k == 14:
		h.must(h.Publish(messages.RunRequested{Job: job, Request: fmt.Sprintf("%s %d", job, h.n)}))
	case k == 15:
		h.cancel(job)
	case k == 16:
		h.must(h.Publish(rapid.SampledFrom([]messages.Fact{
			messages.JobPaused{Job: job}, messages.JobResumed{Job: job}, messages.JobResumed{Job: job},
		}).Draw(h.t, "pause")))
	case k == 17:
		h.redefine(job)
	case k == 18:
		h.missed(job)
	case k == 19:
		if at := h.InFlight(); len(at) > 0 {
			h.must(h.SideEffect(at[0]))
		}
	case k == 20:
		h.stepClock()
	default:
		h.must(h.Restart(rapid.Bool().Draw(h.t, "crash")))
	}
}

// cancel cancels all runs of a job, or one that is in flight.
func (h *history) cancel(job string) {
	at := h.InFlight()
	if len(at) == 0 || rapid.Bool().Draw(h.t, "all") {
		h.must(h.Publish(messages.CancelRequested{Job: job}))
		return
	}
	of := rapid.SampledFrom(at).Draw(h.t, "cancelled")
	if h.known(of.Job) {
		h.must(h.Publish(messages.CancelRequested{Job: of.Job, Run: of.Run}))
	}
}

// stepClock sets the clock: a little, by hours, or by a year. Mostly the machine hears of it before anything else.
func (h *history) stepClock() {
	by := time.Duration(rapid.IntRange(-90, 90).Draw(h.t, "min")) * time.Minute
	switch rapid.IntRange(0, 5).Draw(h.t, "far") {
	case 0:
		by *= 6
	case 1:
		by *= 6000
	}
	h.must(h.StepClock(by))
	if rapid.IntRange(0, 3).Draw(h.t, "noticed") > 0 {
		h.must(h.Advance(h.Now().Add(30 * time.Second)))
	}
}

func jobNamed(name string) messages.Definition {
	for _, d := range jobsOfRandom {
		if d.Job == name {
			return d
		}
	}
	panic("no job " + name)
}

func (h *history) redefine(job string) {
	if rapid.Bool().Draw(h.t, "remove") {
		h.must(h.Publish(messages.JobRemoved{Job: job}))
		return
	}
	d := jobNamed(job)
	d.OnHold = rapid.SampledFrom([]messages.OnHold{d.OnHold, messages.OnHoldRunOnce, messages.OnHoldSkip, messages.OnHoldAsk}).Draw(h.t, "on_hold")
	d.Overlap = rapid.SampledFrom([]messages.Overlap{
		d.Overlap, messages.OverlapSkip, messages.OverlapQueueOne, messages.OverlapQueueAll, messages.OverlapCancelRunning,
		messages.OverlapAllow,
	}).Draw(h.t, "overlap")
	d.MaxParallel = rapid.IntRange(0, 3).Draw(h.t, "max_parallel")
	d.CatchUp.Policy = rapid.SampledFrom([]messages.CatchUpPolicy{d.CatchUp.Policy, messages.CatchUpAll, messages.CatchUpNone}).Draw(h.t, "catch_up")
	d.DeleteAfterRun = rapid.Bool().Draw(h.t, "delete_after_run")
	if rapid.IntRange(0, 3).Draw(h.t, "reschedule") == 0 {
		d.Splay = messages.Duration(time.Duration(rapid.IntRange(0, 30).Draw(h.t, "splay")) * time.Second)
	}
	if rapid.IntRange(0, 3).Draw(h.t, "place") == 0 {
		d.RunsOn = map[string]string{"gpu": "true"}
	}
	if rapid.IntRange(0, 5).Draw(h.t, "retype") == 0 {
		d = ofType(d, rapid.SampledFrom([]string{"agent", "cli-agent", "shell"}).Draw(h.t, "actor"))
	}
	if d.Session != "" {
		d.Session = h.session()
		d.OwnKey = d.OwnKey != (rapid.IntRange(0, 3).Draw(h.t, "key") == 0)
	}
	h.must(h.Publish(messages.Defined(d)))
}

func (h *history) due() {
	var f messages.SlotsDue
	for _, d := range jobsOfRandom {
		if rapid.Bool().Draw(h.t, "due") {
			f.Slots = append(f.Slots, messages.JobSlot{Job: d.Job, Slot: h.Now()})
		}
	}
	if len(f.Slots) > 0 {
		h.must(h.Publish(f))
	}
}

func (h *history) missed(job string) {
	backfill := ""
	if rapid.IntRange(0, 3).Draw(h.t, "backfill") == 0 {
		backfill = fmt.Sprintf("backfill %d", h.n)
	}
	f := messages.SlotsMissed{Job: job, Backfill: backfill, Each: rapid.Bool().Draw(h.t, "each"), First: h.Now().Add(-9 * time.Hour), More: rapid.IntRange(0, 3).Draw(h.t, "more")}
	for i := rapid.IntRange(0, 8).Draw(h.t, "hours"); i >= 0; i-- {
		f.Slots = append(f.Slots, h.Now().Add(-time.Duration(i)*time.Hour))
	}
	f.Old, f.Once = rapid.IntRange(0, f.More).Draw(h.t, "old"), rapid.Bool().Draw(h.t, "once")
	switch {
	case f.More == 0:
		f.First = f.Slots[0]
	case f.Old > 0 && f.Old < f.More:
		f.Recent = f.First.Add(30 * time.Minute)
	}
	h.must(h.Publish(f))
}

func (h *history) end() {
	at := h.InFlight()
	if len(at) == 0 {
		return
	}
	of := rapid.SampledFrom(at).Draw(h.t, "ends")
	o := rapid.SampledFrom([]story.Outcome{
		{},
		{Output: "done"},
		{Output: "done", Tokens: 60},
		{Class: messages.ClassSessionExpired},
		{Class: messages.ClassSessionExpired},
		{Class: messages.ClassTransient},
		{Class: messages.ClassPermanent},
		{Class: messages.ClassPanic},
		{Class: messages.ClassRateLimited, RetryAfter: 20 * time.Second},
		{Class: messages.ClassRateLimited, RetryAfter: 15 * time.Minute, Detail: messages.DetailQuota},
		{Class: messages.ClassTransient, Detail: messages.DetailUnreachable},
		{Class: messages.ClassTransient, Detail: messages.DetailUnreachable},
		{Class: messages.ClassTransient, Detail: messages.DetailUnanswered},
	}).Draw(h.t, "how")
	if h.hasSession(of.Run) && rapid.IntRange(0, 3).Draw(h.t, "confirm") == 0 {
		h.must(h.Confirm(of))
	}
	h.must(h.End(of, o))
}

// mend lets people resume jobs and sign in, and nodes come back.
func (h *history) mend() {
	h.restoreSettings()
	h.mendNodes()
	for _, d := range jobsOfRandom {
		if h.known(d.Job) {
			h.must(h.Publish(messages.JobResumed{Job: d.Job}))
		}
	}
	for _, s := range []string{"default", "work"} {
		h.must(h.SignIn(s, "ada", 0))
	}
}

// TestRandomHistories holds the invariants I1–I7 and liveness over random histories with late 401s,
// crashes, duplicates, edits and clock steps.
func TestRandomHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{Sim: story.NewSim(), t: t}
		h.begin()
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			h.step()
			h.counts()
			h.photograph()
		}
		h.mend()
		if rapid.IntRange(0, 7).Draw(t, "overload") == 0 {
			h.overload()
		}
		h.rest()
		h.counts()
		h.tell()
		recs := h.All()
		if r, found := toldTwice(recs); found {
			t.Fatalf("record %d tells again what somebody has\n%s", r.Seq, transcript(recs))
		}
		found := append(invariant.Check(recs), invariant.Ungated(recs)...)
		if len(found) > 0 {
			t.Fatalf("%v\n%s", found, transcript(recs))
		}
		replayed(t, h, recs)
	})
}

// replayed checks I7, and that a recovery gives the same state.
func replayed(t *rapid.T, h *history, recs []messages.Record) {
	stepped, applied := policy.New(), policy.New()
	var want, got []messages.Decision
	for _, r := range recs {
		applied.Apply(r)
		switch b := r.Body.(type) {
		case messages.Fact:
			got = append(got, stepped.Step(r.At, r.Seq, b)...)
		case messages.Decision:
			want = append(want, b)
		}
	}
	for i := range want {
		if i >= len(got) || !reflect.DeepEqual(want[i], got[i]) {
			t.Fatalf("decision %d: recorded %v, replayed %v", i, want[i], got[min(i, len(got)-1)])
		}
	}
	live := snapshot(t, h.machine())
	if s := snapshot(t, applied); !bytes.Equal(live, s) {
		t.Fatalf("recovery differs:\nlive    %s\napplied %s", live, s)
	}
	again, err := policy.Restore(live)
	if err != nil {
		t.Fatal(err)
	}
	if s := snapshot(t, again); !bytes.Equal(live, s) {
		t.Fatalf("a restored snapshot differs:\nlive     %s\nrestored %s", live, s)
	}
}

func (h *history) machine() (out *policy.Machine) {
	h.View(func(m *policy.Machine) { out = m })
	return out
}

func snapshot(t *rapid.T, m *policy.Machine) []byte {
	b, err := m.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// transcript returns a history for people, of the failing case that rapid has made small.
func transcript(recs []messages.Record) string {
	w := &strings.Builder{}
	for _, r := range recs {
		fmt.Fprintf(w, "%d %s %s\n", r.Seq, r.At, brief.Of(r.Body))
	}
	return w.String()
}
