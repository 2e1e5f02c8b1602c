package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"curfew/actors/system/gate"
	"curfew/actors/system/refresher"
	"curfew/bus/durable"
)

// maxRenewal bounds what is kept to renew a session, in bytes: a refresh token and what is noted of it.
const maxRenewal = 64 << 10

// renewals keeps refresh tokens that servers have handed out, a file for each session. The refresher of the node that
// decides reads and writes the file; at the other nodes it is what that one has given, for when one of them decides.
type renewals struct{ r *Runtime }

var _ gate.Renewals = renewals{}

// renewalFile is the file in which the newest refresh token of a session is kept.
func (r *Runtime) renewalFile(session string) string {
	return filepath.Join(filepath.Dir(r.o.Tokens), "oauth2", session)
}

// Get is what the file holds.
func (n renewals) Get(session string) []byte {
	raw, err := os.ReadFile(n.r.renewalFile(session))
	if err != nil || len(raw) > maxRenewal {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			n.r.o.Logger.Sugar().Errorw("gate: the kept refresh token cannot be read", "session", session, "error", err)
		}
		return nil
	}
	return raw
}

// hideAll makes what is kept known secrets: a job may print one before it is used.
func (n renewals) hideAll() {
	files, err := os.ReadDir(n.r.renewalFile("")) // the folder of all
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		n.r.o.Logger.Sugar().Errorw("gate: the folder of the kept refresh tokens cannot be read", "error", err)
	}
	for _, f := range files {
		if f.Type().IsRegular() {
			_ = refresher.HideKept(n.r.secrets, f.Name(), n.Get(f.Name())) // who uses it says that it cannot be read
		}
	}
}

// Set writes the file. The token is a known secret before.
func (n renewals) Set(session string, kept []byte) error {
	if len(kept) > maxRenewal {
		return fmt.Errorf("it has more than %d bytes", maxRenewal)
	}
	if !refresher.HideKept(n.r.secrets, session, kept) {
		return errors.New("it cannot be read as a kept refresh token")
	}
	path := n.r.renewalFile(session)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return durable.Replace(path, kept)
}

// Forget removes the file. A refresher that works may have a token in memory that the file does not have yet.
func (n renewals) Forget(session string) error {
	if d := n.r.duties.Load(); d != nil {
		if err := d.refresher.Forget(session); err != nil {
			return err
		}
	}
	return durable.Remove(n.r.renewalFile(session))
}
