package backend

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"curfew/actors/env/tokens"
	"curfew/actors/system/gate"
	"curfew/actors/system/recorder"
	"curfew/bus"
	"curfew/internal/contract"
	"curfew/internal/explain/find"
	"curfew/messages/text"
	"curfew/supervisor/policy"
)

// maxGuessed is among how many names the one is looked for that a wrong one was meant for; of more there is no question.
const maxGuessed = 1000

func (b backend) noJob(ctx context.Context, name string) *contract.Error {
	return contract.NotFound("there is no job %q; %s`curfew job list` lists them", contract.Cut(name), b.meant(ctx, name, (*policy.Machine).JobNames))
}

func (b backend) noSession(ctx context.Context, name string) *contract.Error {
	return contract.NotFound("there is no session %q; %s`curfew session list` lists them", contract.Cut(name), b.meant(ctx, name, (*policy.Machine).SessionNames))
}

// meant asks for the name that a wrong one is most like; empty: it is like none, or there are too many.
func (b backend) meant(ctx context.Context, wrong string, list func(m *policy.Machine, after string, limit int) []string) string {
	var known []string
	if err := b.view(ctx, func(m *policy.Machine) { known = list(m, "", maxGuessed+1) }); err != nil {
		return ""
	}
	return nearest(wrong, known)
}

// nearest asks for the known name that a wrong one is most like; empty: it is like none, or there are too many.
func nearest(wrong string, known []string) string {
	if len(known) > maxGuessed {
		return ""
	}
	near := text.Nearest(wrong, known)
	if near == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q? ", near)
}

// carriedOut is the answer to an order that was carried out while its outcome cannot be read; nil if err is nil.
func carriedOut(err error) error {
	if err == nil {
		return nil
	}
	return contract.Unavailable("the order was carried out, but its outcome cannot be read: %v", err)
}

// refusal gives an error of the log its status.
func refusal(err error) error {
	switch {
	case errors.Is(err, policy.ErrRefused):
		return contract.Refused("%s", forPeople(err))
	case errors.Is(err, bus.ErrClosed):
		return contract.Unavailable("the daemon has stopped; nothing was done")
	}
	return err
}

// forPeople is the text of an error without the package that it comes from and without the kind of the refusal.
func forPeople(err error) string {
	text := err.Error()
	for _, prefix := range []string{"gate: ", "policy: "} {
		if _, rest, found := strings.Cut(text, prefix); found {
			text = rest
		}
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, ": "+policy.ErrRefused.Error()), ": bad payload")
}

// gateProblem gives an error of the gate its status.
func (b backend) gateProblem(ctx context.Context, session string, err error) error {
	switch {
	case errors.Is(err, gate.ErrUnknownSession), errors.Is(err, policy.ErrUnknownSession):
		return b.noSession(ctx, session)
	case errors.Is(err, gate.ErrSameToken):
		return &contract.Error{Kind: contract.KindConflict, Text: forPeople(err), Force: true}
	case errors.Is(err, gate.ErrLapsed):
		return &contract.Error{Kind: contract.KindRefused, Text: forPeople(err), Force: true}
	case errors.Is(err, policy.ErrGeneration):
		return contract.Conflict("%s", forPeople(err))
	case errors.Is(err, tokens.ErrMalformed):
		return contract.Refused("%s", forPeople(err))
	case errors.Is(err, gate.ErrTooMany):
		return contract.Unavailable("%s", forPeople(err))
	}
	return refusal(err)
}

// historyProblem gives an error of the run history its status.
func historyProblem(err error) error {
	var behind *recorder.Behind
	switch {
	case errors.Is(err, recorder.ErrCursor):
		return contract.Malformed("after is not a valid cursor; take the next of an earlier page")
	case errors.As(err, &behind):
		return contract.Unavailable("%v", behind)
	case errors.Is(err, recorder.ErrDamaged):
		return contract.Unavailable("%v; it is being made anew; ask again", err)
	}
	return err
}

// noRun gives the error of an explanation its status.
func noRun(q contract.ExplainQuery, err error) error {
	if errors.Is(err, find.ErrUnknownRun) {
		return contract.NotFound("the journal knows no run %q of job %q; `curfew run show ID` names the job of a run", q.Run, q.Job)
	}
	return err
}
