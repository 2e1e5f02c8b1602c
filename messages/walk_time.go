package messages

import "time"

// instant passes a member that is an instant.
func (w *walk) instant(name string, i *Instant) {
	w.member(name)
	if w.writing {
		w.out = w.times.append(w.out, *i)
		return
	}
	if w.null(false) {
		return
	}
	n := len(writtenForm)
	if len(w.rest) < n+2 || w.rest[0] != '"' || w.rest[n+1] != '"' {
		w.odd = true
		return
	}
	at, ok := writtenInstant(w.rest[1 : n+1])
	*i, w.rest, w.odd = at, w.rest[n+2:], w.odd || !ok
}

// duration passes a member that is a duration.
func (w *walk) duration(name string, d *Duration) {
	w.member(name)
	if w.writing {
		w.out = d.append(w.out)
		return
	}
	if w.sees(`"0s"`) {
		*d = 0
		return
	}
	raw, escaped := w.literal()
	v, err := time.ParseDuration(string(raw))
	*d, w.odd = Duration(v), w.odd || escaped || err != nil
}

// times remembers how instants were written: in records that are written one after another there are few.
type times [4]struct {
	at   Instant
	text [len(writtenForm) + 2]byte
}

// append appends an instant as it is in JSON.
func (t *times) append(out []byte, i Instant) []byte {
	if t == nil || i == 0 {
		return i.append(out)
	}
	const spread = 0x9e3779b97f4a7c15 // so that instants of whole seconds and hours have different places
	known := &t[uint64(i)*spread>>62]
	if known.at == i {
		return append(out, known.text[:]...)
	}
	begin := len(out)
	out = i.append(out)
	if text := out[begin:]; len(text) == len(known.text) { // else its year has not four digits
		known.at = i
		copy(known.text[:], text)
	}
	return out
}

// append appends the instant as it is in JSON.
func (i Instant) append(out []byte) []byte {
	if i == 0 {
		return append(out, "null"...)
	}
	t := i.Time()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		out = append(out, '"')
		return append(t.AppendFormat(out, InstantLayout), '"')
	}
	hour, minute, second := t.Clock()
	out = append(appendPadded(append(out, '"'), year, 4), '-')
	out = append(appendPadded(out, int(month), 2), '-')
	out = append(appendPadded(out, day, 2), 'T')
	out = append(appendPadded(out, hour, 2), ':')
	out = append(appendPadded(out, minute, 2), ':')
	out = append(appendPadded(out, second, 2), '.')
	return append(appendPadded(out, t.Nanosecond()/int(time.Millisecond), 3), `Z"`...)
}

// appendPadded appends a number with zeros before it.
func appendPadded(out []byte, n, width int) []byte {
	var digits [4]byte
	for i := width - 1; i >= 0; i-- {
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	return append(out, digits[:width]...)
}

// writtenForm is an instant as it is written; d is a digit.
const writtenForm = "dddd-dd-ddTdd:dd:dd.dddZ"

// writtenInstant reads an instant as append writes it, without its quotation marks. ok is false for any other text.
func writtenInstant(s []byte) (i Instant, ok bool) {
	if len(s) != len(writtenForm) {
		return 0, false
	}
	for k := range len(writtenForm) {
		if digit := s[k] >= '0' && s[k] <= '9'; writtenForm[k] == 'd' && !digit || writtenForm[k] != 'd' && s[k] != writtenForm[k] {
			return 0, false
		}
	}
	number := func(from, to int) (n int) {
		for _, c := range s[from:to] {
			n = 10*n + int(c-'0')
		}
		return n
	}
	year, month, day := number(0, 4), number(5, 7), number(8, 10)
	hour, minute, second := number(11, 13), number(14, 16), number(17, 19)
	if hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, number(20, 23)*int(time.Millisecond), time.UTC)
	if y, m, d := t.Date(); y != year || int(m) != month || d != day { // there is no such day
		return 0, false
	}
	return At(t), true
}

// append appends the duration as it is in JSON. No character of its text is one that JSON escapes.
func (d Duration) append(out []byte) []byte {
	if d == 0 {
		return append(out, `"0s"`...)
	}
	return append(append(append(out, '"'), d.String()...), '"')
}
