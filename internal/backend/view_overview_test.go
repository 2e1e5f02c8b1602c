package backend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/actors/system/recorder"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

const hour = messages.Instant(3_600_000)

// TestSlotsAhead: the slots of a job that has few stand alone; of one that has many, the parts of the day that have any.
func TestSlotsAhead(t *testing.T) {
	vienna := time.Date(2027, 3, 27, 12, 0, 0, 0, time.UTC) // the clock is set forward at 01:00 UTC of the 28th
	for _, tt := range []struct {
		schedule, zone string
		want           string
	}{
		{"0 7 * * *", "UTC", "28T07:00"},
		{"30 2 * * *", "Europe/Vienna", "28T01:00"}, // 02:30 is not there: it runs when the clock is set
		{"0 */6 * * *", "Europe/Vienna", "27T17:00 27T23:00 28T04:00 28T10:00"},
		{"at 2027-03-27T11:00:00Z", "UTC", ""},
		{"* * * * * *", "UTC", "27T12:00 (32) 27T12:00-28T12:00"},
		{"*/5 8-9 * * *", "UTC", "28T08:00 (24)"},
		{"* 8-9 * * *", "UTC", "28T08:00 (32) 28T08:30-28T10:00"},
		{"* 8,20 * * *", "UTC", "27T20:00 (32) 27T20:30-27T21:00 28T08:00-28T09:00"},
	} {
		s, err := scheduler.Parse(messages.Timetable{Schedule: tt.schedule, Timezone: tt.zone}, "j")
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		next := func(after time.Time) (time.Time, bool) {
			asked++
			return s.Next(after)
		}
		slots, bands := slotsAhead(next, vienna, vienna.Add(24*time.Hour))
		var got []string
		for i, at := range slots {
			if i > 0 && len(slots) > 4 {
				got = append(got, fmt.Sprintf("(%d)", len(slots)))
				break
			}
			got = append(got, at.Time().UTC().Format("02T15:04"))
		}
		for _, b := range bands {
			got = append(got, b.From.Time().UTC().Format("02T15:04")+"-"+b.To.Time().UTC().Format("02T15:04"))
		}
		if text := strings.Join(got, " "); text != tt.want || asked > contract.MaxTimelineSlots+parts+2 {
			t.Errorf("%s: %s after %d questions, want %s", tt.schedule, text, asked, tt.want)
		}
	}
}

func TestPast(t *testing.T) {
	mark := func(id string, queued, started, finished messages.Instant, s messages.Status) recorder.Mark {
		return recorder.Mark{ID: messages.RunID(id), Status: s, QueuedAt: queued, StartedAt: started, FinishedAt: finished}
	}
	marks := []recorder.Mark{
		mark("held", 9*hour, 9*hour, 0, messages.StatusQueued), mark("never", 8*hour, 0, 8*hour, messages.StatusSkipped),
		mark("late", 3*hour, 4*hour, 6*hour, messages.StatusFailed), mark("old", hour, hour, 2*hour, messages.StatusSucceeded),
	}
	v := policy.JobView{Runs: []policy.RunView{{ID: "held", Status: messages.StatusHeld}}}
	for name, tt := range map[string]struct {
		from  messages.Instant
		keep  int
		want  string
		known messages.Instant
	}{
		"all":                       {0, 99, "old succeeded 1-2, late failed 4-6, held held 9-0", 0},
		"since":                     {5 * hour, 99, "late failed 4-6, held held 9-0", 0},
		"older ones were forgotten": {0, 3, "old succeeded 1-2, late failed 4-6, held held 9-0", hour},
		"all of the span are known": {5 * hour, 3, "late failed 4-6, held held 9-0", 0},
	} {
		v.Definition = messages.Keep(messages.Definition{History: messages.History{Runs: tt.keep}})
		runs, known := past(marks, v, tt.from)
		var got []string
		for _, r := range runs {
			got = append(got, fmt.Sprintf("%s %s %d-%d", r.ID, r.Status, r.Start/hour, r.End/hour))
		}
		if text := strings.Join(got, ", "); text != tt.want || known != tt.known {
			t.Errorf("%s: %s, known since %d; want %s, %d", name, text, known/hour, tt.want, tt.known/hour)
		}
	}
	if runs, known := past(nil, policy.JobView{Definition: messages.Keep(messages.Definition{})}, 0); runs != nil || known != 0 {
		t.Error(runs, known)
	}
}

// TestOutagesOf: what the history tells, cut to the span, and what is so now.
func TestOutagesOf(t *testing.T) {
	gate := func(at messages.Instant, s messages.GateState) recorder.Gate {
		return recorder.Gate{At: at * hour, State: s}
	}
	closed, probing, open := messages.StateClosed, messages.StateProbing, messages.StateOpen
	for name, tt := range map[string]struct {
		past  []recorder.Gate
		now   messages.GateState
		since messages.Instant
		want  string
	}{
		"always open":                       {nil, open, 0, ""},
		"closed, and no history":            {nil, closed, 12, "closed 12-0"},
		"closed for long, and no history":   {nil, closed, 2, "closed 10-0"},
		"an outage":                         {[]recorder.Gate{gate(11, closed), gate(12, probing), gate(13, open)}, open, 13, "closed 11-12, probing 12-13"},
		"from before":                       {[]recorder.Gate{gate(2, closed), gate(12, probing)}, probing, 12, "closed 10-12, probing 12-0"},
		"over before":                       {[]recorder.Gate{gate(2, closed), gate(3, open)}, open, 3, ""},
		"the history is behind":             {[]recorder.Gate{gate(2, closed)}, open, 12, "closed 10-12"},
		"the history has not heard of it":   {[]recorder.Gate{gate(2, open)}, closed, 12, "closed 12-0"},
		"at the same instant, as by a test": {[]recorder.Gate{gate(12, closed), gate(12, open)}, open, 12, ""},
	} {
		var got []string
		for _, o := range outagesOf(policy.SessionView{State: tt.now, Since: tt.since * hour}, tt.past, 10*hour, 20*hour) {
			got = append(got, fmt.Sprintf("%s %d-%d", o.State, o.From/hour, o.To/hour))
		}
		if text := strings.Join(got, ", "); text != tt.want {
			t.Errorf("%s: %s, want %s", name, text, tt.want)
		}
	}
}

func TestBusiest(t *testing.T) {
	var marks []recorder.Mark
	for _, job := range strings.Fields("a b c b d b c") {
		marks = append(marks, recorder.Mark{Job: job})
	}
	if got := busiest(marks); !slices.Equal(got, []string{"b", "c", "a", "d"}) {
		t.Error(got)
	}
}

func TestAddSpending(t *testing.T) {
	var day contract.DaySpending
	for _, s := range []string{"work", "", "default", "work"} {
		addSpending(&day, s, messages.Usage{Calls: 1, InputTokens: 10, OutputTokens: 2})
	}
	const want = "{4 40 8} [{ {1 10 2}} {default {1 10 2}} {work {2 20 4}}]"
	if got := fmt.Sprint(day); !strings.Contains(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
}
