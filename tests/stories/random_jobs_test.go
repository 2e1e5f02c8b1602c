package stories

import (
	"time"

	"curfew/messages"
)

// jobsOfRandom are the jobs of the random histories: every policy, two sessions, small lanes.
var jobsOfRandom = []messages.Definition{
	randomJob("briefing", "agent", "default", messages.OnHoldRunOnce),
	randomJob("digest", "agent", "default", messages.OnHoldAsk),
	randomJob("ledger", "agent", "default", messages.OnHoldRunAll),
	randomJob("pulse", "agent", "default", messages.OnHoldSkip),
	randomJob("review", "cli-agent", "default", messages.OnHoldRunOnce),
	randomJob("office", "agent", "work", messages.OnHoldRunOnce),
	randomJob("keyed", "agent", "default", messages.OnHoldRunOnce),
	randomJob("lent", "agent", "work", messages.OnHoldAsk),
	randomJob("loner", "agent", "", messages.OnHoldRunOnce),
	randomJob("backup", "shell", "", messages.OnHoldRunOnce),
	randomJob("sync", "shell", "", messages.OnHoldRunOnce),
	randomJob("swarm", "agent", "default", messages.OnHoldRunOnce),
	randomJob("fan", "shell", "", messages.OnHoldRunOnce),
	randomJob("report", "agent", "default", messages.OnHoldRunOnce), // after backup, and so on
	randomJob("mourn", "http", "", messages.OnHoldRunOnce),          // in a lane of its own: who follows a gated job may start otherwise
	randomJob("audit", "agent", "work", messages.OnHoldRunAll),
	randomJob("ping", "shell", "", messages.OnHoldRunOnce), // ping and pong follow each other
	randomJob("pong", "shell", "", messages.OnHoldRunOnce),
}

// followers are those of the random jobs that follow another. Ping and pong are a circle, which no job file may have.
var followers = map[string]messages.After{
	"report": {Job: "backup", On: messages.AfterAny},
	"mourn":  {Job: "briefing", On: messages.AfterFailure},
	"audit":  {Job: "report"},
	"ping":   {Job: "pong", On: messages.AfterAny},
	"pong":   {Job: "ping"},
}

func randomJob(name, actor, session string, onHold messages.OnHold) messages.Definition {
	d := messages.Definition{
		Job: name, Actor: actor, Gated: actor != "shell" && actor != "http", Session: session, Timetable: messages.Timetable{Schedule: "0 0 1 1 *", Timezone: "UTC"},
		OnHold: onHold, Overlap: messages.OverlapSkip,
		CatchUp: messages.CatchUp{Policy: messages.CatchUpOne, Window: messages.Duration(6 * time.Hour)},
		Retry: messages.Retry{
			Attempts: 3, Initial: messages.Duration(time.Second), Factor: 2, Max: messages.Duration(30 * time.Second),
			Jitter: 0.2, Within: messages.Duration(time.Hour),
		},
		Timeout: messages.Duration(10 * time.Minute),
	}
	switch name {
	case "review", "sync":
		d.OnInterrupt = messages.OnInterruptAsk
	case "ledger":
		d.OnInterrupt = messages.OnInterruptFail
	}
	if a, ok := followers[name]; ok {
		d.After, d.Schedule = &a, a.String()
	}
	switch name {
	case "digest":
		d.StaleAfter = messages.Duration(2 * time.Hour)
	case "sync":
		d.StaleAfter, d.Overlap, d.CatchUp.Policy = messages.Duration(2*time.Hour), messages.OverlapQueueOne, messages.CatchUpAll
	case "office", "ledger":
		d.Overlap, d.CatchUp.Policy = messages.OverlapQueueAll, messages.CatchUpAll
	case "backup", "review":
		d.Overlap = messages.OverlapCancelRunning
	case "swarm", "fan":
		d.Overlap, d.MaxParallel = messages.OverlapAllow, 3
	case "pulse":
		d.MaxTokensPerDay = 100
	case "loner":
		d.DeleteAfterRun = true
	case "keyed", "lent":
		d.OwnKey = true
	}
	switch name {
	case "briefing", "backup", "loner", "pulse":
		d.Deliver = &messages.Deliver{To: []string{"desk", "log"}, Remind: messages.Duration(10 * time.Minute)}
	case "review", "sync":
		d.Deliver = &messages.Deliver{To: []string{"desk"}, On: []messages.DeliverOn{messages.DeliverOnFailure}}
	}
	return d
}
