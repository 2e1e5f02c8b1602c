package jobschema

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// spot is a place in a file: a key of a mapping, or an item of a list.
type spot struct {
	in   any // object or []any
	key  string
	item int
	path string
}

func (s spot) get() any {
	if in, ok := s.in.(object); ok {
		return in[s.key]
	}
	return s.in.([]any)[s.item]
}

func (s spot) set(v any) {
	if in, ok := s.in.(object); ok {
		in[s.key] = v
		return
	}
	s.in.([]any)[s.item] = v
}

// spots are all places below a value.
func spots(v any, path string) (out []spot) {
	switch v := v.(type) {
	case object:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			at := path + "." + key
			out = append(append(out, spot{in: v, key: key, path: at}), spots(v[key], at)...)
		}
	case []any:
		for i := range v {
			at := fmt.Sprintf("%s.%d", path, i)
			out = append(append(out, spot{in: v, item: i, path: at}), spots(v[i], at)...)
		}
	}
	return out
}

// values are what a key is changed to. Whole numbers are around the bounds that there are.
var values = []any{
	nil, "", " ", "bogus", "5", true, false, 0, 1, -1, 2, 24, 64, 65, 100, 101, 199, 200, 255, 256, 399, 400, 599, 600, 1000, 1001, 10_000, 10_001,
	100_000, 100_001, 10_000_000, 10_000_001, 67_108_865, 1_000_000_001, 1_000_000_000_001, 4.0, 0.5, 1.5, -0.5, 1e30,
	[]any{},
	[]any{"x"},
	[]any{5},
	[]any{nil},
	object{},
	object{"x": "y"},
	object{"unheard": 1},
	"yes", "None", "ALLOW", "Name With Space",
	"1ns", "0s", "-5s", "+1h", ".5h", "1h30m", "5 m", "90d", "1d12h", "25h", "100000h", "1d1d", "65536d", "none",
	"1KiB", "2 gib", "1,000 MB", "20000000", "5 potatoes", "1e1/s", "0/s", "5/d", " 5 / m ", "inf/s",
	"https://u:p@example.com", "HTTPS://EXAMPLE.COM", "http://example.com/?q=1", "https://", "ssh://example.com", "localhost:80",
	"(", "a*", ".*", "^x$", "~/x", "${HOME}/x", "$HOME", "/", "//x", "../x", "CURFEW_RUN", "TOKEN=1", "1X", "HEAD", "GET", "log", "desk",
	"at 2027-06-15 12:00", "in 5 minutes", "every 90s", "@reboot", "61 * * * *", "2027-02-30", "08:60", "2027-12-25",
	[]any{"none"},
	[]any{"a", "a"},
	[]any{[]any{nil}},
	object{"Authorization": "x"},
	object{"A B": "x"},
	object{"X": "Y"},
	strings.Repeat("x", 201), strings.Repeat("x", 401), strings.Repeat("x", 513), strings.Repeat("x", 1_001), strings.Repeat("x", 4_097),
	strings.Repeat("x", 64_001), strings.Repeat("x", 65_537), strings.Repeat("x", 262_145),
}

// mutate changes one thing in a file, and says what.
func (m *maker) mutate(file object, keys []string) string {
	all := spots(file, "")
	at := pick(m, all)
	switch m.IntN(10) {
	case 0: // a key is missing
		if in, ok := at.in.(object); ok {
			delete(in, at.key)
			return "no " + at.path
		}
	case 1: // a key that is known somewhere, or nowhere
		if in, ok := at.get().(object); ok {
			key := pick(m, append(keys, "unheard"))
			in[key] = copied(pick(m, values))
			return fmt.Sprintf("%s.%s becomes %.60v", at.path, key, in[key])
		}
	case 2: // its name in another case
		if in, ok := at.in.(object); ok && strings.ToUpper(at.key) != at.key {
			in[strings.ToUpper(at.key[:1])+at.key[1:]] = at.get()
			delete(in, at.key)
			return at.path + " begins with a capital letter"
		}
	case 3: // more items, or more keys
		switch v := at.get().(type) {
		case []any:
			if len(v) > 0 {
				at.set(slices.Repeat(v, pick(m, []int{2, 9, 17, 33, 65, 129, 257})))
				return at.path + " is longer"
			}
		case string:
			at.set([]any{v})
			return at.path + " becomes a list"
		}
	case 4: // what stands elsewhere in the file
		at.set(copied(pick(m, all).get()))
		return fmt.Sprintf("%s becomes %.60v", at.path, at.get())
	}
	v := pick(m, values)
	for range 3 { // rather one of the same kind: it comes further
		if fmt.Sprintf("%T", v) == fmt.Sprintf("%T", at.get()) {
			break
		}
		v = pick(m, values)
	}
	at.set(copied(v))
	return fmt.Sprintf("%s becomes %.60v", at.path, at.get())
}

// copied is a value that shares nothing with another place.
func copied(v any) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for key, inner := range v {
			out[key] = copied(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = copied(v[i])
		}
		return out
	default:
		return v
	}
}
