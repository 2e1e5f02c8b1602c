package httpx

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"curfew/actors"
	"curfew/messages/text"
)

// Behind is a refusal in the body of an answer whose status was a good one.
type Behind struct {
	Status int      // the code in it that is a status of 400 to 599; 0: none is
	Codes  []string // all of them
}

// RefusedBehind reads the refusal in such a body; nil: there is none. The document may be in a list. With failed it is
// known already that the answer is an error. Names are the words that the protocol has for statuses; nil: it has none.
func RefusedBehind(body []byte, failed bool, names map[string]int) *Behind {
	body = bytes.TrimSpace(body)
	doc := Members(unlisted(body))
	if doc == nil && !failed {
		return nil // reading the answer will say what is wrong with it
	}
	codes := Codes(string(body))
	answers := answers(doc, names)
	failed = failed || saysWhy(doc["error"]) || string(doc["success"]) == "false" || Says(doc["errors"]) && !answers
	var choices []map[string]json.RawMessage
	_ = json.Unmarshal(doc["choices"], &choices) // anything else has no errors in it
	for _, c := range choices {
		if saysWhy(c["error"]) {
			failed = true
			codes = append(codes, Codes(`{"error":`+string(c["error"])+`}`)...)
		}
	}
	if !failed && answers {
		codes = ownCodes(doc) // an answer may tell of errors that it has got over
	}
	status := statusIn(codes, names)
	if !failed && status == 0 {
		return nil
	}
	return &Behind{Status: status, Codes: codes}
}

// Refusal closes an answer with a good status, and returns the refusal in its body, as an agent would find it: a
// [*actors.StatusError]. Secrets are redacted from it. Nil: there is none.
func Refusal(resp *http.Response, secrets ...string) error {
	defer resp.Body.Close()
	body := errorBody(resp.Body, secrets)
	refused := RefusedBehind([]byte(body), false, nil)
	if refused == nil {
		return nil
	}
	return &actors.StatusError{
		Method: resp.Request.Method, URL: bare(resp.Request.URL), Status: cmp.Or(refused.Status, resp.StatusCode),
		Body: text.Head(body, actors.MaxErrorBody), Codes: refused.Codes, RetryAfter: RetryAfter(resp.Header),
	}
}

// answers reports whether a document is an answer, or an event of one, whatever else it tells of. The events of Anthropic's
// protocol, which alone has names of statuses, say so by their type.
func answers(doc map[string]json.RawMessage, names map[string]int) bool {
	if there(doc["choices"]) || there(doc["content"]) {
		return true
	}
	var kind string
	_ = json.Unmarshal(doc["type"], &kind) // anything else is no event
	return names != nil && (strings.HasPrefix(kind, "message") || strings.HasPrefix(kind, "content_block"))
}

// there reports whether a member is there: null is none, an empty list is one.
func there(raw json.RawMessage) bool { return raw != nil && string(raw) != "null" }

// ownCodes are the codes of a document itself, without those of the errors that it tells of.
func ownCodes(doc map[string]json.RawMessage) []string {
	for _, told := range []string{"errors", "detail", "details"} {
		delete(doc, told)
	}
	own, err := json.Marshal(doc)
	if err != nil {
		return nil
	}
	return Codes(string(own))
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
	doc := Members(raw)
	if len(doc) == 0 {
		return Says(raw)
	}
	for _, m := range doc {
		if Says(m) && string(m) != "0" {
			return true
		}
	}
	return false
}

// statusIn is the first of the codes that is a status of 400 to 599; 0: none is.
func statusIn(codes []string, names map[string]int) int {
	for _, c := range codes {
		n, err := strconv.Atoi(c)
		if err != nil {
			n = names[c]
		}
		if n >= http.StatusBadRequest && n <= 599 {
			return n
		}
	}
	return 0
}

// Members are those of a JSON object; nil for anything else.
func Members(raw []byte) (m map[string]json.RawMessage) {
	if json.Unmarshal(raw, &m) != nil {
		return nil
	}
	return m
}

// Says reports whether a raw member has content.
func Says(raw json.RawMessage) bool {
	switch string(bytes.TrimSpace(raw)) {
	case "", "null", "false", `""`, "{}", "[]":
		return false
	default:
		return true
	}
}
