package story

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/datadriven"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// runtime configures the world: sessions=(default,other) have a backend and open=(name) have none; refresh=(name) names
// sessions that renew their credential by themselves; lanes=(agent:4), rate=10, canary_wait=60s; notify=(hook) are
// targets of notifications, which answer by the directive target. The directive reload does the same while the runtime
// runs.
func (s *Story) runtime(d *datadriven.TestData) error {
	f := messages.RuntimeConfigured{Reloaded: d.Cmd == "reload"}
	named := false
	for _, n := range list(d, "sessions") {
		named = named || n == messages.DefaultSession
		f.Sessions = append(f.Sessions, messages.SessionConfig{
			Name: n, Backend: "https://" + n + ".example.com/v1", SignIn: "https://" + n + ".example.com/login",
		})
	}
	for _, n := range list(d, "refresh") {
		for i := range f.Sessions {
			f.Sessions[i].Refresh = f.Sessions[i].Refresh || f.Sessions[i].Name == n
		}
	}
	for _, l := range list(d, "session_lane") {
		name, size, _ := strings.Cut(l, ":")
		n, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("session_lane: %w", err)
		}
		for i := range f.Sessions {
			if f.Sessions[i].Name == name {
				f.Sessions[i].Lane = n
			}
		}
	}
	for _, n := range list(d, "open") {
		named = named || n == messages.DefaultSession
		f.Sessions = append(f.Sessions, messages.SessionConfig{Name: n})
	}
	if !named {
		f.Sessions = append([]messages.SessionConfig{{Name: messages.DefaultSession}}, f.Sessions...)
	}
	lanes := list(d, "lanes")
	if len(lanes) == 0 {
		lanes = []string{"agent:4", "shell:16"}
	}
	for _, l := range lanes {
		actor, size, _ := strings.Cut(l, ":")
		n, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("lanes: %w", err)
		}
		f.Lanes = append(f.Lanes, messages.LaneConfig{Actor: actor, Size: n})
	}
	rate, err := strconv.ParseFloat(arg(d, "rate", "10"), 64)
	if err != nil {
		return fmt.Errorf("rate: %w", err)
	}
	wait, err := duration(d, "canary_wait", time.Minute)
	if err != nil {
		return err
	}
	f.Notify = list(d, "notify")
	f.Release = messages.ReleaseConfig{Rate: rate, CanaryWait: messages.Duration(wait), WaitBackendOnly: !hasArg(d, "canary_wait")}
	return s.w.Publish(f)
}

// after=(JOB,on) is the job that a job follows, and which ends; nil: none.
func after(d *datadriven.TestData) *messages.After {
	words := append(list(d, "after"), string(messages.AfterSuccess))
	if len(words) == 1 {
		return nil
	}
	return &messages.After{Job: words[0], On: messages.AfterOn(words[1])}
}

// job defines a job. Without a schedule its slots fall due only by the directive due; with after=(JOB,on) by the ends of
// another job. The flag gated makes its type a gated one, as agent and cli-agent are anyway. With the flag own_key its
// runs use a key of their own.
func (s *Story) job(name string, d *datadriven.TestData) error {
	actor := arg(d, "actor", "agent")
	def := messages.Definition{
		Job: name, Actor: actor, Gated: s.gated[actor] || hasArg(d, "gated"),
		Timetable: messages.Timetable{
			Schedule: strings.Join(list(d, "schedule"), ","), Timezone: arg(d, "timezone", "UTC"),
			Days: messages.Days(arg(d, "days", "")), DST: messages.DST(arg(d, "dst", "vixie")), DeleteAfterRun: hasArg(d, "delete_after_run"),
		},
		With: json.RawMessage(`{}`), Env: []string{},
		OnHold:          messages.OnHold(arg(d, "on_hold", "run_once")),
		OnInterrupt:     messages.OnInterrupt(arg(d, "on_interrupt", "")),
		RerunAfterTools: hasArg(d, "rerun_after_tools"), OwnKey: hasArg(d, "own_key"),
		Overlap:  messages.Overlap(arg(d, "overlap", "skip")),
		Disabled: hasArg(d, "disabled"), RunsOn: labels(d, "runs_on"),
		CatchUp: messages.CatchUp{Policy: messages.CatchUpPolicy(arg(d, "catch_up", "one"))},
	}
	if def.After = after(d); def.After != nil {
		def.Schedule = def.After.String()
	}
	if def.Schedule == "" {
		def.Schedule = "0 0 1 1 *" // a year off
	}
	if def.Gated {
		def.Session = arg(d, "session", messages.DefaultSession)
	}
	if def.Session == "none" {
		def.Session = ""
	}
	var err error
	set := func(to *messages.Duration, key string, fallback time.Duration) {
		v, e := duration(d, key, fallback)
		if e != nil && err == nil {
			err = e
		}
		*to = messages.Duration(v)
	}
	if def.MaxParallel, err = strconv.Atoi(arg(d, "max_parallel", "0")); err != nil {
		return err
	}
	if def.MaxTokensPerDay, err = strconv.Atoi(arg(d, "max_tokens_per_day", "0")); err != nil {
		return err
	}
	set(&def.Splay, "splay", 0)
	set(&def.StaleAfter, "stale_after", 0)
	set(&def.CatchUp.Window, "window", 24*time.Hour)
	if def.NoTimeout = arg(d, "timeout", "") == "none"; !def.NoTimeout {
		set(&def.Timeout, "timeout", time.Hour)
	}
	set(&def.Retry.Initial, "initial", time.Second)
	set(&def.Retry.Max, "max", 30*time.Second)
	set(&def.Retry.Within, "within", time.Hour)
	def.Retry.Factor = 2
	if def.Retry.Attempts, _ = strconv.Atoi(arg(d, "attempts", "3")); def.Retry.Attempts < 1 {
		return fmt.Errorf("attempts: want a number of at least 1")
	}
	if to := list(d, "deliver"); len(to) > 0 {
		def.Deliver = &messages.Deliver{To: to, BestEffort: hasArg(d, "best_effort")}
		for _, on := range list(d, "on") {
			def.Deliver.On = append(def.Deliver.On, messages.DeliverOn(on))
		}
		set(&def.Deliver.Remind, "remind", policy.DefaultRemind)
	}
	if err != nil {
		return err
	}
	return s.w.Publish(messages.Defined(def))
}
