package messages

import "encoding/json"

// raw passes a member that is JSON itself.
func (w *walk) raw(name string, v *json.RawMessage) {
	w.member(name)
	if w.writing {
		b, err := json.Marshal(*v) // which checks it, and leaves out white space
		w.out, w.odd = append(w.out, b...), w.odd || err != nil
		return
	}
	w.rawValue(v)
}

// rawValue reads an object.
func (w *walk) rawValue(v *json.RawMessage) {
	if object := w.skipObject(); json.Valid(object) {
		*v = append(json.RawMessage(nil), object...)
		return
	}
	w.odd = true
}

// skipObject passes over an object, whatever is in it, and returns it. It finds the end and checks nothing else.
func (w *walk) skipObject() []byte {
	in := walk{rest: w.rest}
	for depth := 0; len(in.rest) > 0; {
		switch in.rest[0] {
		case '"':
			if in.literal(); in.odd {
				w.odd = true
				return nil
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		in.rest = in.rest[1:]
		if depth == 0 {
			object := w.rest[:len(w.rest)-len(in.rest)]
			w.rest, w.odd = in.rest, w.odd || object[0] != '{'
			return object
		}
	}
	w.odd = true
	return nil
}

// fraction passes a member that is a number with a fraction.
func (w *walk) fraction(name string, f *float64) {
	w.member(name)
	if w.writing {
		b, err := json.Marshal(*f)
		w.out, w.odd = append(w.out, b...), w.odd || err != nil
		return
	}
	i := 0
	for i < len(w.rest) && w.rest[i] != ',' && w.rest[i] != '}' {
		i++
	}
	w.odd = w.odd || i == 0 || w.rest[0] == 'n' || json.Unmarshal(w.rest[:i], f) != nil
	w.rest = w.rest[i:]
}
