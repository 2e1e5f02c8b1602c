package backend

import (
	"errors"
	"strings"

	"curfew/actors/system/gate"
	"curfew/actors/system/recorder"
	"curfew/actors/system/tokens"
	"curfew/bus"
	"curfew/internal/api"
	"curfew/internal/explain/find"
	"curfew/supervisor/policy"
)

func noJob(name string) *api.Problem {
	return api.NotFound("there is no job %q; `curfew job list` lists them", api.Cut(name))
}

func noSession(name string) *api.Problem {
	return api.NotFound("there is no session %q; `curfew session list` lists them", api.Cut(name))
}

// carriedOut is the answer to an order that was carried out while its outcome cannot be read; nil if err is nil.
func carriedOut(err error) error {
	if err == nil {
		return nil
	}
	return api.Unavailable("the order was carried out, but its outcome cannot be read: %v", err)
}

// refusal gives an error of the log its status.
func refusal(err error) error {
	switch {
	case errors.Is(err, policy.ErrRefused):
		return api.Unprocessable("%s", forPeople(err))
	case errors.Is(err, bus.ErrClosed):
		return api.Unavailable("the daemon has stopped; nothing was done")
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
func gateProblem(session string, err error) error {
	switch {
	case errors.Is(err, gate.ErrUnknownSession), errors.Is(err, policy.ErrUnknownSession):
		return noSession(session)
	case errors.Is(err, gate.ErrSameToken), errors.Is(err, policy.ErrGeneration):
		return api.Conflict("%s", forPeople(err))
	case errors.Is(err, gate.ErrLapsed), errors.Is(err, tokens.ErrMalformed):
		return api.Unprocessable("%s", forPeople(err))
	case errors.Is(err, gate.ErrTooMany):
		return api.Unavailable("%s", forPeople(err))
	}
	return refusal(err)
}

// historyProblem gives an error of the run history its status.
func historyProblem(err error) error {
	var behind *recorder.Behind
	switch {
	case errors.Is(err, recorder.ErrCursor):
		return api.BadRequest("after is not a valid cursor; take the next of an earlier page")
	case errors.As(err, &behind):
		return api.Unavailable("%v", behind)
	case errors.Is(err, recorder.ErrDamaged):
		return api.Unavailable("%v; it is being made anew; ask again", err)
	}
	return err
}

// noRun gives the error of an explanation its status.
func noRun(q api.ExplainQuery, err error) error {
	if errors.Is(err, find.ErrUnknownRun) {
		return api.NotFound("the journal knows no run %q of job %q; `curfew run show ID` names the job of a run", q.Run, q.Job)
	}
	return err
}
