package messages

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// A walk goes over the members of a message in the order in which encoding/json writes them, and either writes or reads
// them. So one function describes a message in both directions ([SlotsDue.walk] and its like), and the two cannot
// differ. A start reads a million lines, and a run writes about five: reflection took a third of the time of both.
//
// A walk knows the one form that this package writes: no white space, no member left out or out of place. Whatever else
// it meets makes it odd, and then encoding/json decides: a walk never refuses anything by itself.
type walk struct {
	writing bool
	out     []byte // what is written
	rest    []byte // what is still to be read
	inside  bool   // a member of this object was passed, so the next has a comma before it
	odd     bool
	times   *times // how the newest instants are written; nil: nobody remembers
}

// open begins an object.
func (w *walk) open() {
	w.punct('{')
	w.inside = false
}

// close ends an object.
func (w *walk) close() {
	w.punct('}')
	w.inside = true
}

// punct passes one character.
func (w *walk) punct(c byte) {
	switch {
	case w.writing:
		w.out = append(w.out, c)
	case len(w.rest) > 0 && w.rest[0] == c:
		w.rest = w.rest[1:]
	default:
		w.odd = true
	}
}

// sees reports whether this text comes next, and passes it if so. It is for reading.
func (w *walk) sees(s string) bool {
	if len(w.rest) < len(s) || string(w.rest[:len(s)]) != s {
		return false
	}
	w.rest = w.rest[len(s):]
	return true
}

// member passes the name of a member.
func (w *walk) member(name string) {
	if w.writing {
		out := w.out
		if w.inside {
			out = append(out, ',')
		}
		w.out, w.inside = append(append(append(out, '"'), name...), `":`...), true
		return
	}
	if w.inside {
		w.punct(',')
	}
	w.inside = true
	n := len(name)
	if len(w.rest) < n+3 || w.rest[0] != '"' || string(w.rest[1:n+1]) != name || w.rest[n+1] != '"' || w.rest[n+2] != ':' {
		w.odd = true
		return
	}
	w.rest = w.rest[n+3:]
}

// optional passes the name of a member that is left out if its value is zero, and reports whether it is there.
func (w *walk) optional(name string, zero bool) bool {
	if w.writing {
		if !zero {
			w.member(name)
		}
		return !zero
	}
	at := 0
	if w.inside {
		at = 1 // the comma
	}
	n := at + 1 + len(name)
	if len(w.rest) <= n || w.rest[at] != '"' || string(w.rest[at+1:n]) != name || w.rest[n] != '"' {
		return false
	}
	w.member(name)
	return true
}

// without says that the walk does not know how to write a value that is there.
func (w *walk) without(there bool) { w.odd = w.odd || w.writing && there }

// text passes a member that is a text.
func text[S ~string](w *walk, name string, s *S) {
	w.member(name)
	textValue(w, s)
}

func textValue[S ~string](w *walk, s *S) {
	if w.writing {
		w.out = appendText(w.out, string(*s))
		return
	}
	raw, escaped := w.literal()
	if !escaped {
		*s = S(raw)
		return
	}
	*s = S(w.unescape(raw))
}

// word passes a member that is a text of which there are few ([words]): what is read shares its memory.
func word[S ~string](w *walk, name string, s *S) {
	w.member(name)
	wordValue(w, s)
}

func wordValue[S ~string](w *walk, s *S) {
	if w.writing {
		w.out = appendText(w.out, string(*s))
		return
	}
	raw, escaped := w.literal()
	if known, ok := words[string(raw)]; ok && !escaped {
		*s = S(known)
		return
	}
	if escaped {
		*s = S(w.unescape(raw))
		return
	}
	*s = S(raw)
}

// literal reads a text. It is what stands between the quotation marks; escaped: it is not the text itself.
func (w *walk) literal() (raw []byte, escaped bool) {
	if len(w.rest) == 0 || w.rest[0] != '"' {
		w.odd = true
		return nil, false
	}
	wide := false
	for i := 1; i < len(w.rest); i++ {
		switch c := w.rest[i]; {
		case c == '"':
			raw, w.rest = w.rest[1:i], w.rest[i+1:]
			return raw, escaped || wide && !utf8.Valid(raw)
		case c == '\\':
			escaped = true
			i++ // the next character does not end the text
		case c < ' ':
			w.odd = true
			return nil, false
		case c >= utf8.RuneSelf:
			wide = true
		}
	}
	w.odd = true
	return nil, false
}

// unescape is the text that a literal stands for.
func (w *walk) unescape(raw []byte) (s string) {
	quoted := make([]byte, 0, len(raw)+2)
	quoted = append(append(append(quoted, '"'), raw...), '"')
	w.odd = json.Unmarshal(quoted, &s) != nil || w.odd
	return s
}

// plainByte are the characters that encoding/json writes as they are.
var plainByte = func() (t [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		t[c] = !bytes.ContainsRune([]byte(`"\<>&`), c)
	}
	return t
}()

// appendText appends a text as encoding/json writes it.
func appendText(out []byte, s string) []byte {
	for i := range len(s) {
		if !plainByte[s[i]] {
			quoted, _ := json.Marshal(s) // of a string it never fails
			return append(out, quoted...)
		}
	}
	return append(append(append(out, '"'), s...), '"')
}

// integer passes a member that is a whole number.
func (w *walk) integer(name string, n *int) {
	w.member(name)
	w.integerValue(n)
}

func (w *walk) integerValue(n *int) {
	if w.writing {
		w.out = strconv.AppendInt(w.out, int64(*n), 10)
		return
	}
	negative := len(w.rest) > 0 && w.rest[0] == '-'
	if negative {
		w.rest = w.rest[1:]
	}
	v := int64(w.digits(18))
	if negative {
		v = -v
	}
	*n = int(v)
	w.odd = w.odd || int64(*n) != v
}

// count passes a member that is a whole number and not negative.
func (w *walk) count(name string, n *uint64) {
	w.member(name)
	w.countValue(n)
}

func (w *walk) countValue(n *uint64) {
	if w.writing {
		w.out = strconv.AppendUint(w.out, *n, 10)
		return
	}
	*n = w.digits(19)
}

// null passes a null, if there is one; when writing, if it is to be one.
func (w *walk) null(zero bool) bool {
	switch {
	case !w.writing:
		return w.sees("null")
	case zero:
		w.out = append(w.out, "null"...)
	}
	return zero
}

// digits reads a number of at most that many digits, which its type can hold.
func (w *walk) digits(most int) (n uint64) {
	i := 0
	for i < len(w.rest) && w.rest[i] >= '0' && w.rest[i] <= '9' && i <= most {
		n = 10*n + uint64(w.rest[i]-'0')
		i++
	}
	w.odd = w.odd || i == 0 || i > most || i > 1 && w.rest[0] == '0' // which JSON does not allow
	w.rest = w.rest[i:]
	return n
}

// flag passes a member that is true or false.
func (w *walk) flag(name string, b *bool) {
	w.member(name)
	w.flagValue(b)
}

func (w *walk) flagValue(b *bool) {
	if w.writing {
		w.out = strconv.AppendBool(w.out, *b)
		return
	}
	*b = w.sees("true")
	w.odd = !*b && !w.sees("false") || w.odd
}

// item begins the i-th item of a list, and reports whether there is one; at the end it ends the list. A loop over it
// passes a list in both directions, without a function that would be called for each item, and would cost the walk its
// place on the stack.
func item[T any](w *walk, items *[]T, i int) bool {
	if w.writing {
		return w.writeItem(*items == nil, len(*items), i)
	}
	if i == 0 {
		if w.inside = true; w.null(false) {
			return false
		}
		w.punct('[')
		*items = make([]T, 0, len(w.rest)/48) // about right for the one long list, of slots
	}
	if w.odd || w.sees("]") {
		return false
	}
	if i > 0 {
		w.punct(',')
	}
	*items = append(*items, *new(T))
	return true
}

func (w *walk) writeItem(null bool, n, i int) bool {
	w.inside = true // of what follows the list
	switch {
	case null:
		w.out = append(w.out, "null"...)
		return false
	case i == 0:
		w.out = append(w.out, '[')
	}
	if i == n {
		w.out = append(w.out, ']')
		return false
	}
	if i > 0 {
		w.out = append(w.out, ',')
	}
	return true
}
