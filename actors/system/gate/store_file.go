package gate

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"curfew/bus/durable"
	"curfew/messages"
)

// maxStore bounds the file of the store, in bytes.
const maxStore = 16 << 20

// storeVersion is the version of the file's form.
const storeVersion = 1

// document is the content of the file. Only load and save may hold one: its tokens show when it is printed.
type document struct {
	Version  int                        `json:"version"`
	Sessions map[string]savedCredential `json:"sessions"`
	Pending  map[string]savedPending    `json:"pending"`
	Aside    map[string]savedCredential `json:"aside,omitzero"` // of other journals, by session; a further one of a session by "default 2" and so on
}

type savedCredential struct {
	Token      string           `json:"token"`
	Origin     string           `json:"origin"`
	Generation uint64           `json:"generation"`
	ExpiresAt  messages.Instant `json:"expires_at"`
	Renewed    uint64           `json:"renewed,omitzero"`
	By         Restoration      `json:"by,omitzero"`
}

func (c savedCredential) credential() credential {
	return credential{
		token: NewToken(c.Token), origin: c.Origin, generation: c.Generation, expiresAt: c.ExpiresAt, renewed: c.Renewed, by: c.By,
	}
}

func (c credential) saved() savedCredential {
	return savedCredential{
		Token: c.token.reveal(), Origin: c.origin, Generation: c.generation, ExpiresAt: c.expiresAt, Renewed: c.renewed, By: c.by,
	}
}

type savedPending struct {
	Session   string           `json:"session"`
	Token     string           `json:"token"`
	Origin    string           `json:"origin"`
	By        string           `json:"by"`
	ExpiresAt messages.Instant `json:"expires_at"`
	After     uint64           `json:"after"`
}

func (s *Store) load() error {
	info, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Size() > maxStore {
		return fmt.Errorf("%s is larger than %d bytes, so it is not a token store", s.path, maxStore)
	}
	if err := os.Chmod(s.path, 0o600); err != nil {
		return err
	}
	raw, err := os.ReadFile(s.path)
	if err != nil {
		return err
	}
	var d document
	if json.Unmarshal(raw, &d) != nil { // its error could show a part of a token
		return fmt.Errorf("%s cannot be read as a token store; move it away and sign in again", s.path)
	}
	if d.Version != storeVersion {
		return fmt.Errorf("%s has version %d and this program reads version %d; use the program that wrote it",
			s.path, d.Version, storeVersion)
	}
	for name, c := range d.Sessions {
		s.sessions[name] = c.credential()
		s.know(name, s.sessions[name].token)
	}
	for _, key := range slices.SortedFunc(maps.Keys(d.Aside), compareAside) {
		name, _, _ := strings.Cut(key, " ")
		c := d.Aside[key].credential()
		s.aside[name] = append(s.aside[name], c)
		s.know(name, c.token)
	}
	for id, p := range d.Pending {
		s.pending[id] = pending{
			session: p.Session, token: NewToken(p.Token), origin: p.Origin, by: p.By,
			expiresAt: p.ExpiresAt, after: p.After,
		}
		s.know(p.Session, s.pending[id].token)
	}
	return nil
}

// compareAside orders the keys of tokens that were set aside as they were written: the shorter a number, the less it is.
func compareAside(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) }

// save writes the whole store. A crash leaves the old file or the new one, never a part of one.
func (s *Store) save() error {
	s.file.Lock()
	defer s.file.Unlock()
	raw, err := s.encode()
	if err == nil {
		err = durable.Replace(s.path, raw)
	}
	if err != nil {
		return fmt.Errorf("gate: write the token store: %w", err)
	}
	return nil
}

func (s *Store) encode() ([]byte, error) {
	d := document{Version: storeVersion, Sessions: map[string]savedCredential{}, Pending: map[string]savedPending{}}
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, c := range s.sessions {
		d.Sessions[name] = c.saved()
	}
	for name, all := range s.aside {
		if d.Aside == nil {
			d.Aside = map[string]savedCredential{}
		}
		for i, c := range all {
			key := name
			if i > 0 {
				key = fmt.Sprintf("%s %d", name, i+1)
			}
			d.Aside[key] = c.saved()
		}
	}
	for id, p := range s.pending {
		d.Pending[id] = savedPending{
			Session: p.session, Token: p.token.reveal(), Origin: p.origin, By: p.by,
			ExpiresAt: p.expiresAt, After: p.after,
		}
	}
	return json.Marshal(d)
}
