package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"curfew/internal/api"
)

// TestFaults: an answer names every place of a request that is at fault, by its exact name, and quotes no value.
func TestFaults(t *testing.T) {
	const (
		login    = "/v1/sessions/default/login"
		backfill = "/v1/jobs/brief/backfill"
		secret   = "eyJ-secret"
	)
	for _, tt := range []struct {
		target, body string
		want         string // the places, or the detail of an answer without any
	}{
		{login, `{"Token":"` + secret + `"}`, "body.Token"}, // encoding/json would take it for token
		{login, `{"token":"` + secret + `","token":"` + secret + `"}`, "body.token"},
		{backfill, `{"fold":true}`, "body.from body.to"},
		{login, `{"token":["` + secret + `"],"force":"yes","user":1}`, "body.force body.token body.user"},
		{login, `{"token":"` + secret + "\xff\"}", "the body is not valid UTF-8"},
		{login, "\ufeff{}", "the body is not valid: invalid character 'ï' looking for beginning of value"},
		{login, `["` + secret + `"]`, "body"},
		{login, `"` + secret + `"`, "body"},
		{login, `null`, "body"},
		{backfill, `{"from":"` + secret + `","to":7}`, "body.from body.to"},
		{backfill, `{"` + strings.Repeat("x", 500) + `":1}`, "body.from body.to body." + strings.Repeat("x", 100) + "…"},
		{backfill, `{` + strings.TrimSuffix(strings.Repeat(`"x":1,`, 50), ",") + `}`, "body.from body.to" + strings.Repeat(" body.x", 10)},
	} {
		w := ask(&fake{}, "POST", tt.target, "application/json", tt.body)
		var p api.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 400 || p.Status != 400 {
			t.Fatalf("%s: %d %s %v", tt.body, w.Code, w.Body, err)
		}
		var places []string
		for _, f := range p.Errors {
			places = append(places, f.Location)
		}
		if got := strings.Join(places, " "); got != tt.want && !(got == "" && p.Detail == tt.want) {
			t.Errorf("%s: at %q, %q; want %q", tt.body, got, p.Detail, tt.want)
		}
		if strings.Contains(w.Body.String(), secret) {
			t.Errorf("%s: a value is quoted: %s", tt.body, w.Body)
		}
	}
}
