package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"curfew/internal/contract"
	"curfew/messages"
)

// query reads the parameters of a list. An unknown parameter is an error, since a misspelt filter would silently show
// everything.
func query(r *http.Request, known ...string) (url.Values, contract.Page, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, contract.Page{}, contract.Malformed("the query cannot be read: %v", err)
	}
	known = append(known, "limit", "after")
	for name, values := range q {
		if !slices.Contains(known, name) {
			return nil, contract.Page{}, contract.Malformed("unknown parameter %q; known are %s", contract.Cut(name), strings.Join(known, ", "))
		}
		if len(values) > 1 {
			return nil, contract.Page{}, contract.Malformed("parameter %q is given %d times; give it once", contract.Cut(name), len(values))
		}
	}
	page := contract.Page{Limit: contract.DefaultLimit, After: q.Get("after")}
	if q.Has("limit") {
		page.Limit, err = strconv.Atoi(q.Get("limit"))
		if err != nil || page.Limit < 1 || page.Limit > contract.MaxLimit {
			return nil, contract.Page{}, contract.Malformed("limit must be 1 to %d, not %q", contract.MaxLimit, contract.Cut(q.Get("limit")))
		}
	}
	return q, page, nil
}

// instant reads a parameter that is a time; zero if it is missing.
func instant(q url.Values, name string) (messages.Instant, error) {
	if !q.Has(name) {
		return 0, nil
	}
	at, err := time.Parse(time.RFC3339Nano, q.Get(name))
	if err != nil {
		return 0, contract.Malformed("%s must be an RFC 3339 time, such as 2027-01-15T12:00:00Z, not %q", name, contract.Cut(q.Get(name)))
	}
	return messages.At(at), nil
}

// flag reads a parameter that is true or false; false if it is missing.
func flag(q url.Values, name string) (bool, error) {
	if !q.Has(name) {
		return false, nil
	}
	on, err := strconv.ParseBool(q.Get(name))
	if err != nil {
		return false, contract.Malformed("%s must be true or false, not %q", name, contract.Cut(q.Get(name)))
	}
	return on, nil
}

// JobStates are the values of ?state=.
var JobStates = []contract.JobState{contract.JobIdle, contract.JobQueued, contract.JobRunning, contract.JobBackingOff, contract.JobHeld, contract.JobPaused}

// Statuses are the values of ?status=.
var Statuses = []messages.Status{
	messages.StatusQueued, messages.StatusRunning, messages.StatusBackingOff, messages.StatusHeld,
	messages.StatusSucceeded, messages.StatusFailed, messages.StatusCancelled, messages.StatusSkipped, messages.StatusStale,
}
