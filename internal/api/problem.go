package api

import (
	"errors"
	"fmt"
	"net/http"

	"curfew/internal/api/door"
	"curfew/internal/contract"
)

// Problem is the body of an error (RFC 9457), and an error itself.
type Problem struct {
	Type   string `json:"type"`   // "about:blank": the status says which kind of error it is
	Title  string `json:"title"`  // the status in words
	Status int    `json:"status"` // as in HTTP
	Detail string `json:"detail"` // what happened and what to do, for people

	Errors []contract.Fault `json:"errors,omitzero"` // the places of the request that are at fault, if they are known
}

var _ error = (*Problem)(nil)

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// NewProblem makes a problem of a status.
func NewProblem(status int, format string, args ...any) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// statuses are the statuses of refusals.
var statuses = map[contract.Kind]int{
	contract.KindMalformed:   http.StatusBadRequest,
	contract.KindNotFound:    http.StatusNotFound,
	contract.KindConflict:    http.StatusConflict,
	contract.KindRefused:     http.StatusUnprocessableEntity,
	contract.KindUnavailable: http.StatusServiceUnavailable,
	contract.KindChanged:     http.StatusPreconditionFailed,
}

// ProblemOf is the problem that an error is, or that of a refusal; any other error becomes a 500.
func ProblemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var refused *contract.Error
	if errors.As(err, &refused) {
		if status, ok := statuses[refused.Kind]; ok {
			text := refused.Text
			if refused.Force {
				text += ", or repeat this with force"
			}
			p := NewProblem(status, "%s", text)
			p.Errors = refused.Faults
			return p
		}
	}
	for sentinel, status := range map[error]int{
		door.ErrTicket: http.StatusUnauthorized, door.ErrToken: http.StatusUnauthorized, door.ErrWait: http.StatusTooManyRequests,
	} {
		if errors.Is(err, sentinel) {
			return NewProblem(status, "%v", err)
		}
	}
	return NewProblem(http.StatusInternalServerError, "%v", err)
}
