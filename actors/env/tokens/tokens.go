// Package tokens tells a token from a text that is clearly not one: the JSON around it, a page of a proxy, a variable
// that was not filled in. A backend answers such a text with a bare 401, and people then search for hours.
package tokens

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"curfew/messages/text"
)

// Max bounds a token, in bytes.
const Max = 16 << 10

// ErrMalformed means that a text is not a token. The error goes on with what it is instead, and never quotes the text.
var ErrMalformed = errors.New("this is not a token")

// Check returns what a text is if it is not a token. The error is [ErrMalformed].
func Check(text string) error {
	if why := instead(text); why != "" {
		return fmt.Errorf("%w: %s", ErrMalformed, why)
	}
	return nil
}

// Read finds the token in what a program has printed, or keeps in a file: the text itself, or access_token of a JSON
// object (RFC 6749 §5.1). life is its expires_in; 0: it has none. The error is [ErrMalformed].
func Read(text string) (token string, life time.Duration, err error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "{") {
		var doc struct {
			AccessToken string          `json:"access_token"`
			ExpiresIn   json.RawMessage `json:"expires_in"`
		}
		if json.Unmarshal([]byte(text), &doc) == nil && doc.AccessToken != "" {
			return doc.AccessToken, Life(doc.ExpiresIn), Check(doc.AccessToken)
		}
	}
	return text, 0, Check(text)
}

// maxLife bounds the life of a token.
const maxLife = 100 * 365 * 24 * time.Hour

// Life reads an expires_in: seconds, as a number of any form or as text; 0 if it is not a usable number.
func Life(raw json.RawMessage) time.Duration {
	var seconds float64
	err := json.Unmarshal(raw, &seconds)
	if err != nil {
		var text string
		var n json.Number
		if json.Unmarshal(raw, &text) != nil || json.Unmarshal([]byte(strings.TrimSpace(text)), &n) != nil {
			return 0
		}
		seconds, err = n.Float64()
	}
	if err != nil || math.IsNaN(seconds) || seconds <= 0 {
		return 0
	}
	return time.Duration(min(seconds, maxLife.Seconds()) * float64(time.Second))
}

// words are what programs print when they have no value.
var words = []string{"null", "undefined", "none", "nil", "nan", "true", "false"}

var variable = text.Pattern(`^\$[A-Za-z_][A-Za-z0-9_]*$|\$\{|\$\(|\{\{|^%[A-Za-z_][A-Za-z0-9_]*%$`)

// instead is what a text is that is not a token; empty if it may be one.
func instead(text string) string {
	lower := strings.ToLower(text)
	begins := func(chars string) bool { return text != "" && strings.ContainsRune(chars, rune(text[0])) }
	switch {
	case text == "":
		return "there is nothing"
	case len(text) > Max:
		return fmt.Sprintf("it has more than %d bytes", Max)
	case strings.HasPrefix(text, "\ufeff"):
		return "it begins with a byte order mark; write the file as UTF-8 without one"
	case strings.Contains(text, "\x1b"):
		return "it has the colours of a terminal in it; turn them off"
	case begins("{["):
		return "it is JSON (without an access_token); the token alone is wanted"
	case begins("<"):
		return "it is HTML or XML; the token alone is wanted"
	case begins("\"'`"):
		return "it stands in quotes (jq needs -r); the token alone is wanted"
	case slices.Contains(words, lower):
		return "it is the word " + lower
	case variable().MatchString(text):
		return "it is a variable that was not filled in, such as ${TOKEN}"
	case strings.HasPrefix(lower, "bearer ") || strings.HasPrefix(lower, "authorization:"):
		return "it begins with Bearer; the token alone is wanted"
	case strings.ContainsAny(text, "\r\n"):
		return "it has a second line; the token alone is wanted"
	case strings.ContainsAny(text, " \t"):
		return "it has a space in it; the token alone is wanted"
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "it has a character that is not printable ASCII"
	default:
		return ""
	}
}
