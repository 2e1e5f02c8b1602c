package backend

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"curfew/actors/system/recorder"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// version is the member of a job that every new field of a definition may change.
var version = regexp.MustCompile(`,"version":"[0-9a-f]{16}"`)

func TestViews(t *testing.T) {
	def := messages.Definition{Job: "brief", Actor: "agent", Timetable: messages.Timetable{Schedule: "0 7 * * *", Timezone: "UTC"}, Session: "desk"}
	view := func(paused bool, runs ...policy.RunView) policy.JobView {
		return policy.JobView{Definition: messages.Keep(def), Paused: paused, Runs: runs}
	}
	held := policy.RunView{ID: "h", Status: messages.StatusHeld, Holds: []messages.Hold{messages.HoldSession}}
	gone := policy.RunView{ID: "g", Status: messages.StatusRunning, Final: true}
	beside := view(false, gone, policy.RunView{ID: "r", Status: messages.StatusRunning}, policy.RunView{ID: "q", Status: messages.StatusQueued})
	allowed := def
	allowed.Overlap, allowed.MaxParallel = messages.OverlapAllow, 3
	beside.Definition = messages.Keep(allowed)
	later := policy.RunView{ID: "l", Status: messages.StatusHeld}
	const limits = `,"holds":[],"last_skipped":null,"failing":null,"schedule_text":"daily","limits":{"active_hours":null,"days":"or","dst":"","anchor":null,"start":null,"end":null,"exclude":[],"splay":"0s","delete_after_run":false,"after":null},"timeout":"0s","dir":null,"title":null,"description":null,"tags":[],"disabled":false,"overlap":"","max_parallel":1,"running":0,"runs_on":null,"unplaced":false,"managed_by":"file","history_behind":null}`
	const head = `{"name":"brief","actor":"agent","schedule":"0 7 * * *","timezone":"UTC",`
	named := messages.Definition{Job: "brief", Title: "The briefing", Description: "What is new.\n", Tags: []string{"daily", "desk"}, Disabled: true}
	tests := []struct {
		name string
		body any
		want string
	}{
		{"idle", jobOf(view(false), "daily", 0, nil), head + `"enabled":true,"state":"idle","next_slot":null,"session":"desk","held":null,"last_run":null` + limits},
		{"cancelled, still returning", jobOf(view(false, gone), "daily", 0, nil), head + `"enabled":true,"state":"running","next_slot":null,"session":"desk","held":null,"last_run":null` + strings.Replace(limits, `"running":0`, `"running":1`, 1)},
		{"beside each other", jobOf(beside, "daily", 0, nil), head + `"enabled":true,"state":"running","next_slot":null,"session":"desk","held":null,"last_run":null` +
			strings.Replace(limits, `"overlap":"","max_parallel":1,"running":0`, `"overlap":"allow","max_parallel":3,"running":2`, 1)},
		{
			"held, the oldest named", jobOf(view(false, held, later), "daily", 1000, &recorder.Run{ID: "h", Slot: 500, Status: messages.StatusHeld}),
			head + `"enabled":true,"state":"held","next_slot":"1970-01-01T00:00:01.000Z","session":"desk","held":"h","last_run":{"id":"h","slot":"1970-01-01T00:00:00.500Z","status":"held","reason":null,"finished_at":null}` + limits,
		},
		{"paused", jobOf(view(true, held), "daily", 0, nil), head + `"enabled":false,"state":"paused","next_slot":null,"session":"desk","held":"h","last_run":null` + limits},
		{
			"skipped", jobOf(policy.JobView{Definition: messages.Keep(def), Skipped: &policy.Skip{Slot: 1000, Reason: messages.SkipPaused, At: 2000}}, "daily", 0, nil),
			head + `"enabled":true,"state":"idle","next_slot":null,"session":"desk","held":null,"last_run":null` + strings.Replace(limits, `"last_skipped":null`,
				`"last_skipped":{"slot":"1970-01-01T00:00:01.000Z","reason":"paused","at":"1970-01-01T00:00:02.000Z"}`, 1),
		},
		{
			"for people, and disabled", jobOf(policy.JobView{Definition: messages.Keep(named), Paused: true}, "daily", 0, nil),
			strings.NewReplacer(`"actor":"agent","schedule":"0 7 * * *","timezone":"UTC"`, `"actor":"","schedule":"","timezone":""`,
				`"title":null,"description":null,"tags":[],"disabled":false`, `"title":"The briefing","description":"What is new.\n","tags":["daily","desk"],"disabled":true`).
				Replace(head + `"enabled":false,"state":"paused","next_slot":null,"session":null,"held":null,"last_run":null` + limits),
		},
		{
			"closed", sessionOf(policy.SessionView{SessionConfig: messages.SessionConfig{Name: "desk"}, State: messages.StateClosed, Generation: 2, Reason: "401", Source: "agent:brief", Since: 1000, Held: 1, Jobs: 2}),
			`{"name":"desk","state":"closed","generation":2,"reason":"401","source":"agent:brief","since":"1970-01-01T00:00:01.000Z","outage_since":null,"expires_at":null,"held":1,"jobs":2,"backend":null,"until":null,"refresh_error":null,"circuit":"closed","undelivered":null,"restored_by":null,"watched":[],"watch_error":null,"sign_in":"","first_run":null,"unproven":false,"at_risk":[]}`,
		},
	}
	for _, tt := range tests {
		raw, err := json.Marshal(tt.body)
		raw = version.ReplaceAll(raw, nil)
		if err != nil || string(raw) != tt.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", tt.name, err, raw, tt.want)
		}
	}
	live := make(map[messages.RunID]recorder.Live)
	liveOf(view(false, gone, held), live)
	if len(live) != 1 || live["h"].Status != messages.StatusHeld {
		t.Errorf("live runs are %v", live)
	}
}

// TestTimetableOfABody: the body of a job has every field of its timetable.
func TestTimetableOfABody(t *testing.T) {
	want := messages.Timetable{
		Schedule: "0 7 * * *", Anchor: 1, Timezone: "Europe/Berlin", Days: messages.DaysAnd, DST: messages.DSTSkip, Start: 2, End: 3, Exclude: []string{"2027-12-25"},
		Splay: messages.Duration(time.Second), DeleteAfterRun: true, ActiveHours: &messages.ActiveHours{Start: "06:00", End: "08:00"},
		After: &messages.After{Job: "backup", On: messages.AfterAny},
	}
	for v, i := reflect.ValueOf(want), 0; i < v.NumField(); i++ {
		if v.Field(i).IsZero() {
			t.Errorf("%s is new: set it in this test, and have it in the body", v.Type().Field(i).Name)
		}
	}
	got := jobOf(policy.JobView{Definition: messages.Keep(messages.Definition{Timetable: want})}, "", 0, nil).Timetable()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestStateOf(t *testing.T) {
	tests := []struct {
		paused bool
		runs   []messages.Status
		want   contract.JobState
	}{
		{false, nil, contract.JobIdle},
		{true, nil, contract.JobPaused},
		{true, []messages.Status{messages.StatusRunning}, contract.JobPaused},
		{false, []messages.Status{messages.StatusQueued, messages.StatusRunning}, contract.JobRunning},
		{false, []messages.Status{messages.StatusHeld, messages.StatusBackingOff}, contract.JobBackingOff},
		{false, []messages.Status{messages.StatusHeld, messages.StatusQueued}, contract.JobQueued},
		{false, []messages.Status{messages.StatusHeld}, contract.JobHeld},
	}
	for _, tt := range tests {
		v := policy.JobView{Paused: tt.paused}
		for _, s := range tt.runs {
			v.Runs = append(v.Runs, policy.RunView{Status: s})
		}
		if got := stateOf(v.Glance()); got != tt.want {
			t.Errorf("paused %v, runs %v: %s, want %s", tt.paused, tt.runs, got, tt.want)
		}
	}
}
