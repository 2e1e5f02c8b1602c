package secrets

import (
	"cmp"
	"slices"
	"sync"
)

// Bounds of a [Set].
const (
	// MinLength is how long a value must be, in bytes, to count as a secret. A shorter one would be found in texts that
	// have nothing to do with it.
	MinLength = 6
	// MaxFormer is how many values of an owner are known, the newest: a job that began with an earlier token may still
	// print that.
	MaxFormer = 32
)

// A Set is every secret that the daemon holds. The zero value and nil hold none. It is safe for concurrent use.
type Set struct {
	mu   sync.RWMutex
	held map[string][]string // by owner, newest last
	find *finder
}

// Keep adds secrets of an owner. They stay known until newer ones of the same owner take their place, see [MaxFormer].
// Values shorter than [MinLength] are ignored.
func (s *Set) Keep(owner string, values ...string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	held, changed := s.held[owner], false
	for _, v := range values {
		if len(v) >= MinLength && !slices.Contains(held, v) {
			held, changed = append(held, v), true
		}
	}
	if !changed {
		return
	}
	if s.held == nil {
		s.held = make(map[string][]string)
	}
	s.held[owner] = slices.Clone(held[max(0, len(held)-MaxFormer):])
	var all []string
	for _, of := range s.held {
		all = append(all, of...)
	}
	s.find = newFinder(all)
}

// Redact redacts every secret in a text. Cut the text afterwards, not before.
func (s *Set) Redact(text string) string { return s.finder().redact(text) }

// none finds nothing. It is shared: a finder is some 6 KB, and every text of every run is looked through.
var none = &finder{}

func (s *Set) finder() *finder {
	if s == nil {
		return none
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return cmp.Or(s.find, none)
}
