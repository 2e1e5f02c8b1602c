package realm_test

import (
	"path/filepath"
	"strings"
	"testing"

	"curfew/bus/nats/natstest"
	"curfew/internal/realm"
)

const password = "open-sesame"

// What cannot be a connection is one error that says what to do, and shows no password.
func TestConnectRefuses(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	guarded := strings.TrimPrefix(natstest.Guarded(t, "curfew", password), "nats://")
	for name, c := range map[string]struct {
		servers realm.Servers
		want    string
	}{
		"no address":      {realm.Servers{}, `"" is not a valid address of a server: write nats://HOST:4222`},
		"another scheme":  {realm.Servers{URL: "http://a:1"}, `"http://a:1" is not a valid address`},
		"the second":      {realm.Servers{URL: "nats://a:1, a:1"}, `"a:1" is not a valid address`},
		"a path":          {realm.Servers{URL: "nats://u:" + password + "@a:1/x"}, `"nats://a:1/x" is not a valid address`},
		"no URL":          {realm.Servers{URL: "nats://u:" + password + "@[a:1"}, "not a valid URL"},
		"in the clear":    {realm.Servers{URL: "nats://u:" + password + "@example.com:1"}, "in the clear: write tls://"},
		"a token":         {realm.Servers{URL: "nats://" + password + "@example.com:1"}, "in the clear: write tls://"},
		"no scheme":       {realm.Servers{URL: password + "@example.com"}, `"example.com" is not a valid address`},
		"many":            {realm.Servers{URL: strings.Repeat("nats://a:1,", 16) + "nats://a:1"}, "17 addresses of servers are too many"},
		"no credentials":  {realm.Servers{URL: "nats://127.0.0.1:1", Credentials: none}, "the file with credentials cannot be read"},
		"no certificates": {realm.Servers{URL: "nats://127.0.0.1:1", CA: none}, "the file of trusted certificates cannot be read"},
		"half":            {realm.Servers{URL: "nats://127.0.0.1:1", Cert: none}, "are given together"},
		"nobody there":    {realm.Servers{URL: "nats://u:" + password + "@127.0.0.1:1"}, "no connection to nats://127.0.0.1:1: "},
		"wrong password":  {realm.Servers{URL: "nats://curfew:wrong-" + password + "@" + guarded}, "check its user and password"},
	} {
		nc, err := realm.Connect(c.servers, nil)
		if err == nil {
			nc.Close()
			t.Errorf("%s: it connects", name)
			continue
		}
		if got := err.Error(); !strings.Contains(got, c.want) || strings.Contains(got, password) {
			t.Errorf("%s: got %q, want %q in it", name, got, c.want)
		}
	}
	nc, err := realm.Connect(realm.Servers{URL: "nats://curfew:" + password + "@" + guarded, Node: "a"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
}
