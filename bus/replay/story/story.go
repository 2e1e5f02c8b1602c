// Package story tells stories: facts in, decisions out, in a text for people. A story happens in a [World], which is
// the pure machine ([Sim]) or a whole runtime. A story is a file of datadriven directives.
package story

import (
	"strconv"
	"time"

	"github.com/cockroachdb/datadriven"

	"curfew/messages"
)

// A Story runs the directives of a story in a world. docs/testing.md lists the directives.
type Story struct {
	w     World
	gated map[string]bool
	asked int
	runs  numbers
	gone  map[string]*simAttempt // by job: the last attempt of a node that was lost
}

// New tells a story in a world. The actor types "agent" and "cli-agent" are gated.
func New(w World) *Story {
	return &Story{w: w, gated: map[string]bool{"agent": true, "cli-agent": true}, runs: newNumbers(), gone: map[string]*simAttempt{}}
}

// mistake begins the text of a directive that could not be performed.
const mistake = "error: "

// Run performs one directive and returns its text: the decisions in the order of the log, or "nothing".
func (s *Story) Run(d *datadriven.TestData) string {
	s.records() // records from before this directive are not its own
	text, err := s.run(d)
	switch {
	case err != nil:
		return mistake + err.Error() + "\n"
	case text != "":
		return text
	case hasArg(d, "count"):
		return counted(s.records())
	}
	return s.decisions(s.records())
}

func (s *Story) run(d *datadriven.TestData) (string, error) {
	name := ""
	if len(d.CmdArgs) > 0 && len(d.CmdArgs[0].Vals) == 0 {
		name = d.CmdArgs[0].Key
	}
	switch d.Cmd {
	case "runtime", "reload":
		return "", s.runtime(d)
	case "job":
		return "", s.job(name, d)
	case "remove":
		return "", s.w.Publish(messages.JobRemoved{Job: name})
	case "pause":
		return "", s.w.Publish(messages.JobPaused{Job: name, By: "story"})
	case "resume":
		return "", s.w.Publish(messages.JobResumed{Job: name, By: "story"})
	case "run":
		s.asked++
		return "", s.w.Publish(messages.RunRequested{Job: name, Request: "ask-" + strconv.Itoa(s.asked), By: "story"})
	case "cancel":
		run, err := s.runs.named(name, d)
		if err != nil {
			return "", err
		}
		return "", s.w.Publish(messages.CancelRequested{Job: name, Run: run, By: "story"})
	case "due":
		return "", s.due(d)
	case "missed":
		return "", s.missed(name, d)
	case "backfill":
		s.asked++
		return "", s.missed(name, d)
	case "advance", "until":
		to, err := until(s.w.Now(), d.CmdArgs[0].Key)
		if err != nil {
			return "", err
		}
		return "", s.w.Advance(to)
	case "clock":
		by, err := time.ParseDuration(d.CmdArgs[0].Key)
		if err != nil {
			return "", err
		}
		return "", s.w.StepClock(by)
	case "restart", "crash":
		return "", s.w.Restart(d.Cmd == "crash")
	case "join", "drain", "lose", "late":
		return "", s.node(name, d)
	case "nodes":
		return s.nodes(), nil
	case "session":
		return s.session(name), nil
	case "runs":
		return s.unfinished(name), nil
	case "untold":
		return s.untold(), nil
	case "target":
		return "", s.w.Answer(name, hasArg(d, "takes"))
	default:
		return "", s.attempt(name, d)
	}
}
