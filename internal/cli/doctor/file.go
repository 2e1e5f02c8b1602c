package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
	"curfew/messages/text"
)

// dialTime bounds one look at a backend.
const dialTime = 5 * time.Second

// File looks for what the job file needs and this machine does not have: folders, programs (also those of agent CLIs
// and MCP servers), variables.
func File(name string, cfg config.Config) []Finding {
	var all []Finding
	for _, p := range append(cfg.Missing(os.LookupEnv), cfg.Unset(os.LookupEnv)...) {
		all = append(all, warn("job file", "the daemon may have another PATH and environment than you here; else mend it", "%s", p))
	}
	if len(all) == 0 {
		all = append(all, ok("job file", "what the jobs of %s need is here (%d)", name, len(cfg.Jobs)))
	}
	return all
}

// Start looks whether the next start takes the job file that it goes by. Cfg and err are what was read of it; up tells
// that the daemon runs.
func Start(file string, up bool, cfg config.Config, err error) Finding {
	const area = "job file"
	if errors.Is(err, fs.ErrPermission) {
		return warn(area, "run doctor as the user of the daemon", "whether the next start takes it is not known: %v", err)
	}
	if problems, _ := cfg.Users(false); err == nil && len(problems) > 0 {
		err = &config.Invalid{Problems: problems}
	}
	if n := len(cfg.Warnings); err == nil && n > 0 {
		return found(OK, area, fmt.Sprintf("`curfew check %s` says them", file), "%s is valid, with warnings: %d", []any{file, n})
	}
	if err == nil {
		return ok(area, "%s is valid", file)
	}
	mend := fmt.Sprintf("mend it until `curfew check %s` finds nothing, then ", file)
	if up {
		return fail(area, mend+"`curfew reload`", "%s", words.NotTaken(config.OneLine(err)))
	}
	return fail(area, mend+"start the daemon again", "%s; the next start will fail", config.OneLine(err))
}

// Refused says that the next start would not take the job file of a daemon on another machine, as that daemon read it last.
func Refused(n contract.Status) []Finding {
	if n.ConfigError == nil {
		return nil
	}
	return []Finding{fail("job file", "mend it there, then `curfew reload`", "%s", words.NotTaken(*n.ConfigError))}
}

// Changes says what a reload or a restart with the job file would change: it compares the file's jobs with those that
// the daemon has. Jobs that the API made stay in any case.
func Changes(cfg config.Config, jobs []contract.Job) Finding {
	have := make(map[string]contract.Job)
	for _, j := range jobs {
		if j.ManagedBy == messages.ManagedByFile {
			have[j.Name] = j
		}
	}
	var added, changed, gone []string
	for _, def := range cfg.Jobs {
		is, known := have[def.Job]
		delete(have, def.Job)
		def.Anchor = is.Limits.Anchor // set by the daemon
		switch {
		case !known:
			added = append(added, def.Job)
		case contract.VersionOf(messages.Keep(def)) != is.Version:
			changed = append(changed, def.Job)
		}
	}
	for name := range have {
		gone = append(gone, name)
	}
	slices.Sort(gone)
	var parts []string
	for _, p := range []struct {
		names []string
		word  string
	}{{added, "new"}, {changed, "changed"}, {gone, "gone"}} {
		if n := len(p.names); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", n, p.word, text.Names(p.names, maxNamed)))
		}
	}
	if parts == nil {
		return ok("reload", "the daemon has the jobs of the file as they are")
	}
	return warn("reload", "`curfew reload` takes the file in, as a restart would", "the file differs from what the daemon has: %s",
		strings.Join(parts, ", "))
}

// maxNamed is how many jobs of each kind are named.
const maxNamed = 10

// Backends looks whether the backends of the sessions, and what agents ask by a URL of their own (providers, MCP servers),
// can be reached. It connects and says nothing: no token is sent, and nothing is spent.
func Backends(ctx context.Context, cfg config.Config) (all []Finding) {
	for _, at := range origins(cfg) {
		if err := reach(ctx, at); err != nil {
			all = append(all, fail("backend "+at.Host, "what asks it waits or fails until it answers", "%v", err))
			continue
		}
		all = append(all, ok("backend "+at.Host, "it can be reached"))
	}
	return all
}

// origins are the places that jobs of the file ask, each once, in the order of the file.
func origins(cfg config.Config) (all []*url.URL) {
	add := func(text string) {
		at, err := url.Parse(text)
		known := func(one *url.URL) bool { return one.Host == at.Host && one.Scheme == at.Scheme }
		if err == nil && at.Host != "" && !slices.ContainsFunc(all, known) {
			all = append(all, at)
		}
	}
	for _, s := range cfg.Runtime.Sessions {
		add(s.Backend)
	}
	for _, j := range cfg.Jobs {
		var with struct {
			Provider struct {
				URL string `json:"base_url"`
			} `json:"provider"`
			MCP map[string]struct {
				URL string `json:"url"`
			} `json:"mcp"`
		}
		_ = json.Unmarshal(j.With, &with) // the block of another actor type may look otherwise: then it names none
		add(with.Provider.URL)
		for _, name := range slices.Sorted(maps.Keys(with.MCP)) {
			add(with.MCP[name].URL)
		}
	}
	return all
}

// reach connects to an origin, by TLS if that is how it is asked.
func reach(ctx context.Context, at *url.URL) error {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	port := at.Port()
	if port == "" {
		port = at.Scheme // its name is that of its port
	}
	address := net.JoinHostPort(at.Hostname(), port)
	var conn net.Conn
	var err error
	if at.Scheme == "https" {
		conn, err = (&tls.Dialer{}).DialContext(ctx, "tcp", address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	if err != nil {
		return fmt.Errorf("it cannot be reached: %w", err)
	}
	return conn.Close()
}
