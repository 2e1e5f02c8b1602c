package messages

import (
	"bytes"
	"slices"
)

// maxShelf bounds the terms with which a definition is compared.
const maxShelf = 8

// A Shelf lets definitions share what they have in common with those that it has seen last. The zero value is ready.
// One goroutine uses it.
type Shelf struct {
	seen [maxShelf]Kept // the first with its terms
	next int
	last written // how the newest one that was read was written
}

// Keep keeps a definition.
func (s *Shelf) Keep(d *Definition) *Kept {
	like := s.like(d)
	if like == nil {
		k := Keep(*d)
		s.add(k)
		return k
	}
	k := &Kept{terms: like.terms, Job: d.Job, Schedule: d.Schedule, With: d.With}
	if k.Schedule == like.Schedule {
		k.Schedule = like.Schedule // the same text in one place
	}
	if k.With != nil && bytes.Equal(k.With, like.With) {
		k.With = like.With
	}
	return k
}

// Share is the same definition with shared terms, if the shelf has them.
func (s *Shelf) Share(k *Kept) *Kept {
	if slices.ContainsFunc(s.seen[:], func(o Kept) bool { return o.terms == k.terms }) {
		return k
	}
	if s.like(k.terms) == nil {
		s.add(k)
		return k
	}
	d := k.Whole()
	return s.Keep(&d)
}

func (s *Shelf) add(k *Kept) {
	s.seen[s.next] = *k
	s.next = (s.next + 1) % maxShelf
}

// like is the newest definition with the same terms; nil: there is none.
func (s *Shelf) like(d *Definition) *Kept {
	for i := range maxShelf {
		k := &s.seen[(s.next-1-i+2*maxShelf)%maxShelf]
		if k.terms == nil {
			return nil
		}
		if k.sameTerms(d) {
			return k
		}
	}
	return nil
}
