package model

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/messages/text"
)

// refusal is the error in an event, or in the body of an answer, whose status was a good one; nil: there is none. Its
// status is the code in it, as a number, as a text or as one of the protocol's names, or else the status that came. The
// document may be in a list.
func (x *exchange) refusal(name string, data []byte, status int) *actors.StatusError {
	data = bytes.TrimSpace(data)
	doc := members(unlisted(data))
	if doc == nil && name != "error" {
		return nil // reading the answer will say what is wrong with it
	}
	codes := httpx.Codes(string(data))
	failed := name == "error" || saysWhy(doc["error"]) || string(doc["success"]) == "false" ||
		says(doc["errors"]) && doc["choices"] == nil && doc["content"] == nil
	var choices []map[string]json.RawMessage
	_ = json.Unmarshal(doc["choices"], &choices) // anything else has no errors in it
	for _, c := range choices {
		if saysWhy(c["error"]) {
			failed = true
			codes = append(codes, httpx.Codes(`{"error":`+string(c["error"])+`}`)...)
		}
	}
	if !failed && (doc["choices"] != nil || doc["content"] != nil) {
		codes = ownCodes(doc) // an answer may tell of errors that it has got over
	}
	code := x.status(codes)
	if !failed && code == 0 {
		return nil
	}
	method, where, _ := strings.Cut(x.where, " ")
	if code == 0 {
		code = status
	}
	for i := range codes {
		codes[i] = x.to.Redact(codes[i])
	}
	body := x.to.Redact(strings.ToValidUTF8(string(data), "\uFFFD"))
	return &actors.StatusError{
		Method: method, URL: where, Status: code,
		Body: text.Head(body, actors.MaxErrorBody), Codes: codes,
		RetryAfter: httpx.RetryAfter(x.resp.Header),
	}
}

// ownCodes are the codes of a document itself, without those of the errors that it tells of.
func ownCodes(doc map[string]json.RawMessage) []string {
	for _, told := range []string{"errors", "detail", "details"} {
		delete(doc, told)
	}
	own, err := json.Marshal(doc)
	if err != nil {
		return nil
	}
	return httpx.Codes(string(own))
}

// unlisted is the first document of a list, or the data itself.
func unlisted(data []byte) []byte {
	var list []json.RawMessage
	if json.Unmarshal(data, &list) == nil && len(list) > 0 {
		return list[0]
	}
	return data
}

// saysWhy reports whether the member error has content: an object with empty members has none.
func saysWhy(raw json.RawMessage) bool {
	doc := members(raw)
	if len(doc) == 0 {
		return says(raw)
	}
	for _, m := range doc {
		if says(m) && string(m) != "0" {
			return true
		}
	}
	return false
}

// status is the first of the codes that is a status of 400 to 599; 0: none is.
func (x *exchange) status(codes []string) int {
	for _, c := range codes {
		n, err := strconv.Atoi(c)
		if err != nil {
			n = x.names[c]
		}
		if n >= http.StatusBadRequest && n <= 599 {
			return n
		}
	}
	return 0
}
