package messages

import (
	"bytes"
	"encoding/json"
)

// written is how a definition was written: its three values, and the text between them, which says the terms. Most
// definitions of a journal are written like the one before, but for these values; then nothing else of them is read.
type written struct {
	Kept
	before, between, after []byte // up to schedule, up to with, and from with on
}

// head is how a definition begins.
var head = []byte(`{"job":"`)

// Read reads a definition from the beginning of raw, if it is as [Encode] writes those of most jobs. Rest is what stands
// after it. If ok is false, encoding/json is to read it.
func (s *Shelf) Read(raw []byte) (k *Kept, rest []byte, ok bool) {
	if k, rest, ok = s.readLike(raw); ok {
		return k, rest, true
	}
	d := new(Definition)
	w := walk{rest: raw}
	if d.walk(&w); w.odd {
		return nil, nil, false
	}
	if s == nil {
		return Keep(*d), w.rest, true
	}
	k = s.Keep(d)
	s.note(k, raw[:len(raw)-len(w.rest)])
	return k, w.rest, true
}

// readLike reads a definition that is written as the last one, but for job, schedule and with.
func (s *Shelf) readLike(raw []byte) (_ *Kept, rest []byte, ok bool) {
	if s == nil || s.last.terms == nil {
		return nil, nil, false
	}
	l := &s.last
	if rest, ok = bytes.CutPrefix(raw, head); !ok {
		return nil, nil, false
	}
	job, rest := cutPlain(rest)
	if rest, ok = bytes.CutPrefix(rest, l.before); !ok {
		return nil, nil, false
	}
	schedule, rest := cutPlain(rest)
	if rest, ok = bytes.CutPrefix(rest, l.between); !ok {
		return nil, nil, false
	}
	k := Kept{terms: l.terms, With: l.With}
	if bytes.HasPrefix(rest, l.With) && bytes.HasPrefix(rest[len(l.With):], l.after) {
		rest = rest[len(l.With)+len(l.after):]
	} else {
		w := walk{rest: rest}
		if w.rawValue(&k.With); w.odd || !bytes.HasPrefix(w.rest, l.after) {
			return nil, nil, false
		}
		rest = w.rest[len(l.after):]
	}
	if k.Job = string(job); string(schedule) == l.Schedule {
		k.Schedule = l.Schedule
	} else {
		k.Schedule = string(schedule)
	}
	return &k, rest, true
}

// cutPlain is a text up to its end, if JSON writes all its characters as they are; otherwise it is cut there.
func cutPlain(raw []byte) (text, rest []byte) {
	for i, c := range raw {
		if !plainByte[c] {
			return raw[:i], raw[i:]
		}
	}
	return raw, nil
}

// note notes how a definition was written.
func (s *Shelf) note(k *Kept, raw []byte) {
	s.last = written{}
	before, ok := cutAll(raw, head, []byte(k.Job))
	at := bytes.Index(before, []byte(`"schedule":"`))
	if !ok || at < 0 {
		return
	}
	at += len(`"schedule":"`)
	between, ok := cutAll(before[at:], []byte(k.Schedule))
	to := bytes.Index(between, []byte(`,"with":`))
	if !ok || to < 0 || !json.Valid(k.With) {
		return
	}
	to += len(`,"with":`)
	after, ok := cutAll(between[to:], k.With)
	if !ok {
		return
	}
	s.last = written{*k, bytes.Clone(before[:at]), bytes.Clone(between[:to]), bytes.Clone(after)}
}

// cutAll takes these beginnings off, one after another.
func cutAll(raw []byte, heads ...[]byte) (rest []byte, ok bool) {
	for _, h := range heads {
		if raw, ok = bytes.CutPrefix(raw, h); !ok {
			return nil, false
		}
	}
	return raw, true
}
