package engine

import (
	"path/filepath"
	"testing"
)

// A refresh token that another node has given is redacted before it is used; what is none is not kept.
func TestRenewalsHide(t *testing.T) {
	r := newRuntime(Options{Node: "a", Tokens: filepath.Join(t.TempDir(), "tokens.json")})
	kept := renewals{r}
	if err := kept.Set("default", []byte(`{"version":1,"from":"f","refresh_token":"refresh-sesame"}`)); err != nil {
		t.Fatal(err)
	}
	if got := r.secrets.Redact("it is refresh-sesame"); got != "it is [redacted]" {
		t.Errorf("a job that prints it shows %q", got)
	}
	if err := kept.Set("other", []byte(`{"version":1`)); err == nil || kept.Get("other") != nil {
		t.Errorf("what is no refresh token is kept: %v", err)
	}
}
