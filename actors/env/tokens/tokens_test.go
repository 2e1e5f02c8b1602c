package tokens

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

// TestCheck: what is plainly no token is named, and never shown.
func TestCheck(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"abc", ""},
		{"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.sig", ""},
		{"1//0g-abc~def+/==", ""},
		{"nullify", ""},
		{"$2y$10$abc", ""},
		{"100%off%now", ""},
		{"bearer-of-news", ""},
		{"", "nothing"},
		{strings.Repeat("x", Max+1), "more than 16384 bytes"},
		{`{"token":"s3cret"}`, "JSON"},
		{`["s3cret"]`, "JSON"},
		{`"s3cret"`, "in quotes (jq needs -r)"},
		{`'s3cret'`, "in quotes"},
		{"<html>s3cret</html>", "HTML"},
		{"null", "the word null"},
		{"NULL", "the word null"},
		{"undefined", "the word undefined"},
		{"None", "the word none"},
		{"${s3cret}", "not filled in"},
		{"x-${s3cret:-}", "not filled in"},
		{"$(s3cret)", "not filled in"},
		{"$TOKEN", "not filled in"},
		{"%TOKEN%", "not filled in"},
		{"{{s3cret}}", "JSON"},
		{"x{{ .s3cret }}", "not filled in"},
		{"Bearer s3cret", "Bearer"},
		{"bearer s3cret", "Bearer"},
		{"Authorization: Bearer s3cret", "Bearer"},
		{"\ufeffs3cret", "byte order mark"},
		{"\x1b[32ms3cret\x1b[0m", "colours"},
		{"s3cret\nUpdate available", "second line"},
		{"s3cret\r\nmore", "second line"},
		{"s3cret and more", "space"},
		{"s3crét", "not printable ASCII"},
		{"s3cret\x00", "not printable ASCII"},
	} {
		err := Check(c.text)
		if (err == nil) != (c.want == "") || err != nil && (!errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cr") {
			t.Errorf("%q is shown: %v", c.text, err)
		}
	}
}

// TestRead: a JSON object with an access_token is read, however its expires_in is written.
func TestRead(t *testing.T) {
	for _, c := range []struct {
		text, token string
		life        time.Duration
		ok          bool
	}{
		{" abc\n", "abc", 0, true},
		{`{"access_token":"abc"}`, "abc", 0, true},
		{`{"access_token":"abc","token_type":"Bearer","expires_in":3600}` + "\n", "abc", time.Hour, true},
		{`{"access_token":"abc","expires_in":"3600"}`, "abc", time.Hour, true},
		{`{"access_token":"abc","expires_in":90.5}`, "abc", 90500 * time.Millisecond, true},
		{`{"access_token":"abc","expires_in":"soon"}`, "abc", 0, true},
		{`{"access_token":"abc","expires_in":null}`, "abc", 0, true},
		{`{"access_token":"null"}`, "", 0, false},
		{`{"access_token":"Bearer abc"}`, "", 0, false},
		{`{"access_token":""}`, "", 0, false},
		{`{"access_token":7}`, "", 0, false},
		{`{"token":"abc"}`, "", 0, false},
		{`{"access_token":"abc"`, "", 0, false},
		{`[{"access_token":"abc"}]`, "", 0, false},
	} {
		token, life, err := Read(c.text)
		if (err == nil) != c.ok || c.ok && (token != c.token || life != c.life) {
			t.Errorf("%s: %q, %s, %v", c.text, token, life, err)
		}
	}
}

// TestLife: absurd numbers are not a time.
func TestLife(t *testing.T) {
	for raw, want := range map[string]time.Duration{
		"": 0, "0": 0, "-1": 0, "1e300": maxLife, `"1e999"`: 0, `"NaN"`: 0, "true": 0, "[]": 0, "0.001": time.Millisecond, `" 60 "`: time.Minute,
	} {
		if got := Life(json.RawMessage(raw)); got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
}
