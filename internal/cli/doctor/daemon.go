package doctor

import (
	"cmp"
	"fmt"
	"time"

	"curfew/internal/contract"
	"curfew/internal/datadir"
	"curfew/internal/words"
	"curfew/messages"
)

// soon is how long before its end a credential is worth a word.
const soon = 24 * time.Hour

// A When writes an instant for people, by their clock.
type When func(messages.Instant) string

// Daemon looks at what the daemon says of itself.
func Daemon(n contract.Status, notes []string, when When) []Finding {
	all := []Finding{ok("daemon", "curfew %s runs as pid %d since %s", n.Version, n.PID, when(n.Since))}
	if !n.Ready {
		all[0] = fail("daemon", "see its log", "it is not ready: %s", orNothing(n.Why))
	}
	for _, note := range notes {
		all = append(all, warn("daemon", "", "%s", note))
	}
	for _, f := range n.Failing {
		held := "" // what keeps it from running now may explain what its last error only guesses at
		if by := words.HeldBy(f.Holds, f.Session); by != "" {
			held = ", and is held by " + by + " now"
		}
		all = append(all, warn("job "+f.Job, fmt.Sprintf("`curfew run show %s`, or `curfew explain %s`", f.Run, f.Job),
			"it has failed since %s%s; the last error: %s", when(f.Since), held, orNothing(f.Error)))
	}
	if more := n.Counts.Failing - len(n.Failing); more > 0 {
		all = append(all, warn("jobs", "`curfew job list --failing`", "further ones that fail: %d", more))
	}
	return all
}

// Program compares the daemon with this program, which may have been replaced since the daemon was started. Here is the
// version of this program, u the machine's unit or nil.
func Program(n contract.Status, here string, u *datadir.Unit) []Finding {
	if n.Version == here {
		return nil
	}
	restart := "stop the daemon and start it again"
	if u != nil && n.Data != nil && *n.Data == u.Data {
		restart = "`systemctl restart curfew` starts it again, after it has drained"
	}
	return []Finding{warn("program", "if this program is the newer one: "+restart,
		"the daemon runs curfew %s, and this program is curfew %s", n.Version, here)}
}

// Sessions looks at the gates and at credentials that will lapse.
func Sessions(all []contract.Session, now time.Time, when When) (found []Finding) {
	for _, s := range all {
		area, signIn := "session "+s.Name, words.SignIn(s)
		switch {
		case s.State == messages.StateClosed && !s.Until.IsZero():
			found = append(found, warn(area, "", "it is closed (%s) until %s; runs that wait: %d", closedBy(s, when), when(s.Until), s.Held))
		case s.State == messages.StateClosed && s.Jobs == 0:
			found = append(found, ok(area, "it is closed (%s), and no job needs it", closedBy(s, when)))
		case s.State == messages.StateClosed:
			found = append(found, fail(area, signIn, "it is closed since %s (%s); runs that wait: %d", when(s.Since), closedBy(s, when), s.Held))
		case s.State == messages.StateProbing:
			found = append(found, warn(area, "wait for the first run of it, or run one: `curfew job run NAME`", "its sign-in is not proven yet"))
		case s.RefreshError != nil:
			found = append(found, warn(area, signIn, "it gets no new credential by itself: %s", *s.RefreshError))
		case !s.ExpiresAt.IsZero() && s.ExpiresAt.Time().Sub(now) < soon:
			found = append(found, warn(area, signIn, "its credential lapses at %s; jobs that fall due after it: %d", when(s.ExpiresAt), len(s.AtRisk)))
		default:
			found = append(found, ok(area, "open; jobs: %d", s.Jobs))
		}
	}
	return found
}

// closedBy says why a session is closed, with what was reported.
func closedBy(s contract.Session, when When) string {
	why := words.Why(s, when)
	if evidence, _ := words.Reported(s); evidence != "" {
		why += ", " + evidence
	}
	return cmp.Or(why, "the reason is not known")
}

// Targets looks at the receivers of notifications and deliveries.
func Targets(all []contract.Target, when When) (found []Finding) {
	for _, t := range all {
		area, test := "target "+t.Name, fmt.Sprintf("`curfew target test %s` tries it", t.Name)
		switch t.State {
		case "failing", "refused":
			found = append(found, warn(area, test, "%s: %s; messages that wait: %d", t.State, orNothing(t.Error), t.Waiting))
		case "untried":
			found = append(found, ok(area, "untried since the start; %s", test))
		default:
			found = append(found, ok(area, "it has taken a message at %s", when(t.TookAt)))
		}
	}
	return found
}

// Jobs looks for jobs that have never run although slots of them have passed.
func Jobs(all []contract.Job, when When) (found []Finding) {
	for _, j := range all {
		if s := j.LastSkipped; j.LastRun == nil && s != nil && j.Enabled {
			found = append(found, warn("job "+j.Name, fmt.Sprintf("`curfew explain %s`", j.Name),
				"it has never run; its slot %s was skipped: %s", when(s.Slot), s.Reason))
		}
	}
	return found
}

func orNothing(s *string) string {
	if s == nil {
		return "no reason is known"
	}
	return *s
}
