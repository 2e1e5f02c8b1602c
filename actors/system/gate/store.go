package gate

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"curfew/actors/env/secrets"
	"curfew/messages"
)

// MaxPending is how many tokens of one session may wait for their generation at the same time.
const MaxPending = 16

// ErrTooMany means that [MaxPending] sign-ins of the session are under way.
var ErrTooMany = errors.New("gate: too many sign-ins of this session are under way; try again later")

// A credential is a token that the log has given a generation.
type credential struct {
	token      Token
	origin     string // of the backend that it was given for; no other gets it
	generation uint64
	expiresAt  messages.Instant
	renewed    uint64 // the newest generation, up to this one, whose token the session's source brought: see [Renewals]
	by         Restoration
}

// A Restoration is the record of a sign-in that began a generation. Where it stands it proves that a token with that
// generation is of that journal. A zero one is not known: a build noted none, or another program signed in.
type Restoration struct {
	Seq uint64 `json:"seq"`
	ID  string `json:"id"`
}

// fits reports whether there is a token that may be sent to the backend.
func (c credential) fits(backend string) bool {
	return c.token.reveal() != "" && c.origin == origin(backend)
}

// at is the credential as that of a generation. Another journal, which it may come from, may have been further: what is
// said to be renewed later than this one's generation would be taken for newer than what is renewed next.
func (c credential) at(generation uint64) credential {
	c.generation, c.by = generation, Restoration{}
	if generation > 0 {
		c.renewed = min(c.renewed, generation)
	}
	return c
}

// origin is the scheme, host and port of a backend. When the job file names another backend, that one must not get a
// token that was given for the one before.
func origin(backend string) string {
	u, err := url.Parse(backend)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// pending is a token whose SessionRestored is under way.
type pending struct {
	session   string
	token     Token
	origin    string
	by        string
	expiresAt messages.Instant
	after     uint64 // the newest record when it was published
}

// A Store keeps the tokens in a file of its own. Its methods are safe for concurrent use; a method that changes
// something returns when the change is durable.
type Store struct {
	path  string
	known *secrets.Set
	file  sync.Mutex // held while the file is written; taken before mu

	mu       sync.Mutex // never held while the disk is waited for
	sessions map[string]credential
	pending  map[string]pending      // by the id of the SessionRestored
	aside    map[string][]credential // of other journals, the oldest first: they are kept for people, and not used
}

// OpenStore reads the tokens of the file, if there is one, and sets its mode to 0600. Every token that the store gets
// in this process is among the known secrets before anything else sees it.
func OpenStore(path string, known *secrets.Set) (*Store, error) {
	s := &Store{path: path, known: known, sessions: make(map[string]credential), pending: make(map[string]pending), aside: make(map[string][]credential)}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("gate: open the token store: %w", err)
	}
	return s, nil
}

// Has reports whether there is a token of the session, in use or pending. It does not wait for the disk.
func (s *Store) Has(session string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.sessions[session]; ok {
		return true
	}
	for _, p := range s.pending {
		if p.session == session {
			return true
		}
	}
	return false
}

func (s *Store) get(session string) (credential, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.sessions[session]
	return c, ok
}

// all returns copies of all that is used.
func (s *Store) all() (map[string]credential, map[string]pending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.sessions), maps.Clone(s.pending)
}

// add keeps a token until its generation is known. A token that cannot be made durable is not kept.
func (s *Store) add(id string, p pending) error {
	s.mu.Lock()
	n := 0
	for _, o := range s.pending {
		if o.session == p.session {
			n++
		}
	}
	if n >= MaxPending {
		s.mu.Unlock()
		return ErrTooMany
	}
	s.pending[id] = p
	s.mu.Unlock()
	s.know(p.session, p.token)
	if err := s.save(); err != nil {
		s.mu.Lock()
		delete(s.pending, id)
		s.mu.Unlock()
		return err
	}
	return nil
}

// know makes the token a known secret.
func (s *Store) know(session string, t Token) { s.known.Keep("session "+session, t.reveal()) }

func (s *Store) drop(ids ...string) error {
	s.mu.Lock()
	for _, id := range ids {
		delete(s.pending, id)
	}
	s.mu.Unlock()
	return s.save()
}

// install makes the pending token of that sign-in, or else the token in use, the token of the generation. ok is false if
// there is neither. After an error the change lasts until the next start only.
func (s *Store) install(session string, by Restoration, generation uint64) (c credential, ok bool, err error) {
	return s.number(session, by, generation, true)
}

// installOwn is install for a session that others sign in to, too: a token in use stays that of its own generation.
func (s *Store) installOwn(session string, by Restoration, generation uint64) (c credential, ok bool, err error) {
	return s.number(session, by, generation, false)
}

func (s *Store) number(session string, by Restoration, generation uint64, inUse bool) (c credential, ok bool, err error) {
	s.mu.Lock()
	c, ok = s.sessions[session]
	ok = ok && (inUse || c.generation == generation)
	if p, waiting := s.pending[by.ID]; waiting && p.session == session {
		c, ok = credential{token: p.token, origin: p.origin, expiresAt: p.expiresAt, renewed: c.renewed}, true
		if p.by == messages.ByRefresh {
			c.renewed = generation
		}
		delete(s.pending, by.ID)
	}
	if !ok {
		s.mu.Unlock()
		return credential{}, false, nil
	}
	if c.generation == generation {
		s.mu.Unlock()
		return c, true, nil
	}
	c = c.at(generation)
	c.by = by
	s.sessions[session] = c
	s.mu.Unlock()
	return c, true, s.save()
}

// take makes a token that has its generation the token in use, unless there is a newer one. After an error the change lasts
// until the next start only.
func (s *Store) take(session string, c credential) error {
	s.know(session, c.token)
	s.mu.Lock()
	if old, ok := s.sessions[session]; ok && old.generation > c.generation {
		s.mu.Unlock()
		return nil
	}
	s.sessions[session] = c
	s.mu.Unlock()
	return s.save()
}

// forget removes the token in use of a session, and the pending ones of these ids.
func (s *Store) forget(session string, ids []string) error {
	s.mu.Lock()
	delete(s.sessions, session)
	delete(s.aside, session)
	s.mu.Unlock()
	return s.drop(ids...)
}

// waiting returns the ids of the pending tokens of a session, sorted.
func (s *Store) waiting(session string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for id, p := range s.pending {
		if p.session == session {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
