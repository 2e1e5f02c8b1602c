package model

import (
	"cmp"
	"strings"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/messages/text"
)

// refusal is the error in an event, or in the body of an answer, whose status was a good one; nil: there is none. Its
// status is the code in it, as a number, as a text or as one of the protocol's names, or else the status that came. The
// document may be in a list.
func (x *exchange) refusal(name string, data []byte, status int) *actors.StatusError {
	refused := httpx.RefusedBehind(data, name == "error", x.names)
	if refused == nil {
		return nil
	}
	method, where, _ := strings.Cut(x.where, " ")
	codes := refused.Codes
	for i := range codes {
		codes[i] = x.to.Redact(codes[i])
	}
	body := x.to.Redact(strings.TrimSpace(strings.ToValidUTF8(string(data), "\uFFFD")))
	return &actors.StatusError{
		Method: method, URL: where, Status: cmp.Or(refused.Status, status),
		Body: text.Head(body, actors.MaxErrorBody), Codes: codes,
		RetryAfter: httpx.RetryAfter(x.resp.Header),
	}
}
