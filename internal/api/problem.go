package api

import (
	"errors"
	"fmt"
	"net/http"
)

// Problem is the body of an error (RFC 9457), and an error itself. A [Backend] that returns one
// chooses the status; any other error is a 500.
type Problem struct {
	Type   string `json:"type"`   // "about:blank": the status says which kind of error it is
	Title  string `json:"title"`  // the status in words
	Status int    `json:"status"` // as in HTTP
	Detail string `json:"detail"` // what happened and what to do, for people
}

var _ error = (*Problem)(nil)

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// NewProblem makes a problem of a status.
func NewProblem(status int, format string, args ...any) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: fmt.Sprintf(format, args...)}
}

// BadRequest says that the request is malformed (400).
func BadRequest(format string, args ...any) *Problem {
	return NewProblem(http.StatusBadRequest, format, args...)
}

// NotFound says that what the request names does not exist (404).
func NotFound(format string, args ...any) *Problem {
	return NewProblem(http.StatusNotFound, format, args...)
}

// Conflict says that the present state does not allow the request (409).
func Conflict(format string, args ...any) *Problem {
	return NewProblem(http.StatusConflict, format, args...)
}

// Unprocessable says that the request is well-formed but not acceptable (422).
func Unprocessable(format string, args ...any) *Problem {
	return NewProblem(http.StatusUnprocessableEntity, format, args...)
}

// Unavailable says that the daemon cannot answer now (503).
func Unavailable(format string, args ...any) *Problem {
	return NewProblem(http.StatusServiceUnavailable, format, args...)
}

// problemOf finds the problem in an error; any other error becomes a 500.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return NewProblem(http.StatusInternalServerError, "%v", err)
}
