package browser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"curfew/internal/api"
	"curfew/tests/internal/world"
)

// A site is the built program as a process, with its dashboard on a port of its own.
type site struct {
	*world.Daemon
	t       testing.TB
	base    string         // the origin of the dashboard
	backend *world.Backend // of its session; nil: it has none
}

// newSite starts the program with a job file. Where there is no browser, the test is skipped before.
func newSite(t testing.TB, file string) *site {
	t.Helper()
	needsBrowser(t)
	s := &site{Daemon: world.NewDaemon(t), t: t}
	s.Listen = "127.0.0.1:0"
	s.starts(file)
	return s
}

// starts starts the program, and finds out where it listens. The next starts listen there, too.
func (s *site) starts(file string) {
	s.t.Helper()
	s.Start(file)
	raw, err := os.ReadFile(filepath.Join(s.Data, "daemon.json"))
	var found api.Daemon
	if err == nil {
		err = json.Unmarshal(raw, &found)
	}
	if err != nil || found.TCP == nil {
		s.t.Fatalf("%s: %v", raw, err)
	}
	s.Listen, s.base = *found.TCP, "http://"+*found.TCP
}

// link is a link that lets a browser in, once. args are more arguments of the command.
func (s *site) link(args ...string) string {
	s.t.Helper()
	said := s.Run(nil, append([]string{"open", "--print"}, args...)...)
	return regexp.MustCompile(`http\S+`).FindString(string(said))
}

// visitor opens a tab that has been let in.
func (s *site) visitor(args ...string) *visitor {
	s.t.Helper()
	v := visits(s.t, s.base)
	v.goes(strings.TrimPrefix(s.link(args...), s.base))
	v.until("the overview", shows("h1", "Overview"))
	return v
}

// token is the token of the API.
func (s *site) token() string {
	s.t.Helper()
	return strings.TrimSpace(world.Contents(s.t, filepath.Join(s.Data, "api.token")))
}
