package messages

// envelope is what stands before the body in the line of a record.
type envelope struct {
	Record
	topic Topic
	name  string
	key   string
	kind  Kind

	readKey []byte // the key as it was read
}

func (e *envelope) walk(w *walk) {
	w.open()
	w.count("seq", &e.Seq)
	w.instant("at", &e.At)
	text(w, "id", &e.ID)
	w.member("cause")
	if !w.null(e.Cause == 0) {
		w.countValue(&e.Cause)
	}
	w.integer("policy_version", &e.PolicyVersion)
	word(w, "topic", &e.topic)
	word(w, "name", &e.name)
	w.member("key")
	if !w.null(e.key == "") {
		e.keyValue(w)
	}
	word(w, "kind", &e.kind)
	w.member("body")
}

// keyValue passes the key. What is read is only compared with that of the message, so it is not copied.
func (e *envelope) keyValue(w *walk) {
	if w.writing {
		w.out = appendText(w.out, e.key)
		return
	}
	raw, escaped := w.literal()
	e.readKey, w.odd = raw, w.odd || escaped
}

// fits reports whether topic, key and kind are those of the message.
func (e *envelope) fits(b Body) bool {
	return b.Topic() == e.topic && b.Key() == string(e.readKey) && KindOf(b) == e.kind
}

// ReadRecord reads a record from the beginning of a line, if the line is as [Record.AppendJSON] writes it. rest begins
// right after the body, with the end of the line or a further member. ok is false for a line of any other form, which
// may be right nevertheless: [Record.UnmarshalJSON] knows.
func ReadRecord(line []byte) (r Record, rest []byte, ok bool) { return readRecord(line, nil) }

func readRecord(line []byte, shelf *Shelf) (r Record, rest []byte, ok bool) {
	w := walk{rest: line}
	var e envelope
	if e.walk(&w); w.odd || e.kind == KindOpaque {
		return r, nil, false
	}
	body, rest, ok := readBody(e.name, w.rest, shelf)
	if !ok { // encoding/json reads it
		raw := w.skipObject()
		if w.odd {
			return r, nil, false
		}
		var err error
		if body, err = decode(e.name, raw); err != nil {
			return r, nil, false
		}
		rest = w.rest
	}
	if !e.fits(body) {
		return r, nil, false
	}
	e.Body = body
	return e.Record, rest, true
}
