package gate

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"curfew/actors/env/secrets"
	"curfew/messages"
)

// A Token is the credential of a session. It does not show, however it is printed: its text is behind a pointer,
// because fmt prints unexported members without calling their methods.
type Token struct{ text *string }

// NewToken makes a token of its text.
func NewToken(text string) Token { return Token{text: &text} }

var (
	_ fmt.Formatter  = Token{}
	_ json.Marshaler = Token{}
)

// Format writes [secrets.Redacted] for every verb.
func (Token) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(secrets.Redacted)) }

// String is [secrets.Redacted].
func (Token) String() string { return secrets.Redacted }

// MarshalJSON writes [secrets.Redacted].
func (Token) MarshalJSON() ([]byte, error) { return json.Marshal(secrets.Redacted) }

// reveal returns the text, for the store's file and the client of the backend only; empty if there is none.
func (t Token) reveal() string {
	if t.text == nil {
		return ""
	}
	return *t.text
}

// expiry is when a token expires by its own `exp` if it is a JWT; 0 if it has none. The signature is not verified: this
// is a forecast, and only the backend knows.
func (t Token) expiry() messages.Instant {
	parts := strings.Split(t.reveal(), ".")
	if len(parts) != 3 {
		return 0
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return 0
	}
	var claims struct {
		Exp float64 `json:"exp"` // seconds; a JSON number of any form
	}
	const year3000 = 32_503_680_000
	if json.Unmarshal(payload, &claims) != nil || claims.Exp <= 0 || claims.Exp > year3000 {
		return 0
	}
	return messages.Instant(claims.Exp * 1000)
}
