package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"curfew/bus/lock"
	"curfew/internal/api"
	"curfew/internal/config"
	"curfew/internal/contract"
)

// printError prints an error to standard error: a line for people, or problem+json (in YAML with -o yaml) for programs.
func (t *terminal) printError(err error) {
	var invalid *config.Invalid
	switch {
	case t.programs():
	case errors.As(err, &invalid):
		fmt.Fprintf(t.told(), "%v\n", err) // each line begins with its file and place, for editors
		return
	default:
		fmt.Fprintf(t.told(), "curfew: %s\n", t.hint(err.Error()))
		return
	}
	raw, encodeErr := json.Marshal(t.problem(err))
	if encodeErr != nil {
		raw = []byte(`{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"the error cannot be encoded"}`)
	}
	if err := t.body(t.err, append(raw, '\n')); err != nil {
		fmt.Fprintf(t.err, "%s\n", raw)
	}
}

func (t *terminal) problem(err error) *api.Problem {
	var (
		p       *api.Problem
		refused *contract.Error // of what is read without a daemon
		none    *api.NoDaemon
		taken   *lock.Held
		wrong   usage
	)
	switch {
	case errors.As(err, &p), errors.As(err, &refused):
		return api.ProblemOf(err)
	case errors.As(err, &taken):
		return api.NewProblem(http.StatusConflict, "%v", err)
	case errors.As(err, &none):
		return api.NewProblem(http.StatusServiceUnavailable, "%v", err)
	case !t.started, errors.As(err, &wrong):
		return api.NewProblem(http.StatusBadRequest, "%v", err)
	default:
		return api.ProblemOf(err)
	}
}
