package httpx

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"curfew/actors"
	"curfew/messages"
)

// LongRetryAfter is the Retry-After from which a 429 means that a quota is used up: a server that asks for ten minutes
// does not mean this one request (design §8).
const LongRetryAfter = 10 * time.Minute

// Rules say what a backend's refusals mean for the session whose token was sent.
type Rules struct{ expired, quota []match }

// match is a listed refusal: every field that is set must match.
type match struct {
	status int
	code   string
	body   *regexp.Regexp
}

// NewRules makes the rules of a session. Without expired_when a 401 is an expiry and nothing else is. The refusals of
// quota_when are added to the default ones. The error is that of a pattern.
func NewRules(c messages.SessionConfig) (Rules, error) {
	var r Rules
	var err error
	if r.expired, err = matches(c.ExpiredWhen); err != nil {
		return Rules{}, fmt.Errorf("expired_when: %w", err)
	}
	if r.quota, err = matches(c.QuotaWhen); err != nil {
		return Rules{}, fmt.Errorf("quota_when: %w", err)
	}
	if len(r.expired) == 0 {
		r.expired = []match{{status: http.StatusUnauthorized}}
	}
	return r, nil
}

func matches(listed []messages.Refusal) ([]match, error) {
	out := make([]match, 0, len(listed))
	for _, l := range listed {
		m := match{status: l.Status, code: l.Code}
		if l.Body != "" {
			re, err := regexp.Compile(l.Body)
			if err != nil {
				return nil, err
			}
			m.body = re
		}
		out = append(out, m)
	}
	return out, nil
}

func (m match) is(e *actors.StatusError, codes []string) bool {
	return (m.status == 0 || m.status == e.Status) &&
		(m.code == "" || has(codes, m.code)) &&
		(m.body == nil || m.body.MatchString(e.Body))
}

func has(codes []string, code string) bool {
	for _, c := range codes {
		if strings.EqualFold(c, code) {
			return true
		}
	}
	return false
}

func anyIs(ms []match, e *actors.StatusError, codes []string) bool {
	for _, m := range ms {
		if m.is(e, codes) {
			return true
		}
	}
	return false
}

// Outcome classifies a refusal: an expiry, a quota that is used up, a server that asks for a pause, or a request that
// no retry mends. It returns any other refusal as it is, for the retry policy.
func (r Rules) Outcome(e *actors.StatusError) error {
	codes := append(slices.Clone(e.Codes), Codes(e.Body)...)
	switch {
	case anyIs(r.expired, e, codes):
		return actors.SessionExpired(e)
	case anyIs(r.quota, e, codes),
		e.Status == http.StatusPaymentRequired,
		e.Status == http.StatusTooManyRequests && e.RetryAfter >= LongRetryAfter:
		return actors.QuotaExhausted(e, e.RetryAfter)
	default:
		return Outcome(e)
	}
}

// Outcome classifies a refusal of a request without a session: with the job's own key, or with none. A refusal with a
// status of success is returned as it is.
func Outcome(e *actors.StatusError) error {
	switch {
	case e.Status < http.StatusBadRequest:
		return e
	case e.Status < http.StatusInternalServerError && !mayChange(e.Status):
		return actors.Permanent(e)
	case e.Status == http.StatusTooManyRequests, e.RetryAfter > 0 && e.Status != http.StatusUnauthorized &&
		e.Status != http.StatusForbidden:
		return actors.RetryAfter(e, e.RetryAfter)
	default:
		return e
	}
}

// mayChange reports whether the same request, sent again, may get another answer: the key is renewed, a right is
// granted, the server was busy, another connection leads to the right server (421). Every other status below 500 means
// that the request itself is wrong.
func mayChange(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusConflict,
		http.StatusMisdirectedRequest, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	default:
		return false
	}
}

// codeNames are the members in which backends put an error code, and codesIn those that may hold further objects with
// such members, or lists of them.
var (
	codeNames = []string{"code", "errorCode", "error_code", "type", "status", "statusCode", "status_code", "reason"}
	codesIn   = []string{"error", "errors", "detail", "details"}
)

// maxCodeDepth is how deep objects with codes may be inside each other.
const maxCodeDepth = 4

// Codes returns the error codes of a JSON body, as texts, from the places where backends put them: the body, the objects
// in its members error, errors, detail and details, and those in the same members of these. A body may be a list, of
// which the first document counts.
func Codes(body string) []string {
	raw := []byte(body)
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		raw = list[0] // Google's compatible endpoint
	}
	return codes(raw, maxCodeDepth)
}

func codes(raw json.RawMessage, depth int) (found []string) {
	var doc map[string]json.RawMessage
	if json.Unmarshal(raw, &doc) != nil {
		return nil
	}
	for _, name := range codeNames {
		if c := asText(doc[name]); c != "" {
			found = append(found, c)
		}
	}
	if c := asText(doc["error"]); c != "" {
		found = append(found, c)
	}
	if depth == 1 {
		return found
	}
	for _, name := range codesIn {
		var list []json.RawMessage
		if json.Unmarshal(doc[name], &list) != nil {
			list = []json.RawMessage{doc[name]}
		}
		for _, inner := range list {
			found = append(found, codes(inner, depth-1)...)
		}
	}
	return found
}

// asText is a JSON string or number as text; empty for anything else.
func asText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		if i, err := n.Int64(); err == nil {
			return strconv.FormatInt(i, 10)
		}
		return n.String()
	}
	return ""
}
