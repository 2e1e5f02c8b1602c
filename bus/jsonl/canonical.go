package jsonl

import (
	"bytes"
	"hash/crc32"
	"strconv"
	"unicode/utf8"

	"github.com/gowebpki/jcs"
)

// canonical finds the RFC 8785 form of a line in one pass, without a tree of its values. Between two lines it is used
// again: it keeps its buffers. It knows the lines that Curfew writes: no white space, names of members without escapes,
// and texts and numbers that are in their RFC 8785 form already. Any other line is left to a library.
type canonical struct {
	in   []byte // what is still to be read
	out  []byte
	crc  []byte // the value of the line's own member "crc", with its quotation marks
	room []byte // to put members in order

	members []member // of the objects that are open, the innermost last
	depth   int
}

// member is where a member of an open object stands in out, without commas.
type member struct{ start, end, name int }

// maxDepth bounds the depth of the values in a line. Curfew's have five or six.
const maxDepth = 32

// line finds the form of a line without its member crc. ok is false if the line is for the library.
func (c *canonical) line(line []byte) (form []byte, ok bool) {
	c.in, c.out, c.crc, c.members, c.depth = line, c.out[:0], nil, c.members[:0], 0
	ok = len(line) > 0 && line[0] == '{' && c.value() && len(c.in) == 0
	return c.out, ok && len(c.out) > len(`{}`)
}

// checksum is the checksum of a line that has none yet.
func (c *canonical) checksum(line []byte) (uint32, error) {
	if form, ok := c.line(line); ok {
		return crc32.Checksum(form, castagnoli), nil
	}
	form, err := jcs.Transform(line)
	return crc32.Checksum(form, castagnoli), err
}

func (c *canonical) value() bool {
	if len(c.in) == 0 {
		return false
	}
	switch c.in[0] {
	case '{', '[':
		return c.nested()
	case '"':
		return c.text()
	case 't':
		return c.word("true")
	case 'f':
		return c.word("false")
	case 'n':
		return c.word("null")
	default:
		return c.number()
	}
}

func (c *canonical) nested() (ok bool) {
	if c.depth++; c.depth > maxDepth {
		return false
	}
	if c.in[0] == '{' {
		ok = c.object()
	} else {
		ok = c.array()
	}
	c.depth--
	return ok
}

// passes takes a character if it comes next.
func (c *canonical) passes(b byte) bool {
	if len(c.in) == 0 || c.in[0] != b {
		return false
	}
	c.in = c.in[1:]
	return true
}

func (c *canonical) word(w string) bool {
	if len(c.in) < len(w) || string(c.in[:len(w)]) != w {
		return false
	}
	c.in, c.out = c.in[len(w):], append(c.out, w...)
	return true
}

func (c *canonical) array() bool {
	c.in, c.out = c.in[1:], append(c.out, '[')
	if c.passes(']') {
		c.out = append(c.out, ']')
		return true
	}
	for c.value() {
		if c.passes(']') {
			c.out = append(c.out, ']')
			return true
		}
		if !c.passes(',') {
			return false
		}
		c.out = append(c.out, ',')
	}
	return false
}

// object writes the members as they come, and puts them in order in the end if they are not.
func (c *canonical) object() bool {
	first, begin, inOrder := len(c.members), len(c.out), true
	c.in, c.out = c.in[1:], append(c.out, '{')
	for more := !c.passes('}'); more; {
		before, last := len(c.out), len(c.members)-1
		if last >= first {
			c.out = append(c.out, ',')
		}
		m := member{start: len(c.out)}
		if !c.name() || !c.passes(':') {
			return false
		}
		m.name = len(c.out)
		c.out = append(c.out, ':')
		value := c.in
		if !c.value() {
			return false
		}
		m.end = len(c.out)
		if c.depth == 1 && string(c.named(m)) == "crc" {
			if c.crc != nil {
				return false // no name may come twice
			}
			c.crc, c.out = value[:len(value)-len(c.in)], c.out[:before]
		} else {
			inOrder = inOrder && (last < first || bytes.Compare(c.named(c.members[last]), c.named(m)) < 0)
			c.members = append(c.members, m)
		}
		if more = c.passes(','); !more && !c.passes('}') {
			return false
		}
	}
	c.out = append(c.out, '}')
	own := c.members[first:]
	c.members = c.members[:first]
	return inOrder || c.sort(own, begin)
}

// named is the name of a member, without its quotation marks.
func (c *canonical) named(m member) []byte { return c.out[m.start+1 : m.name-1] }

// sort puts the members of the object that begins there in the order of their names, by insertion: they are few. No
// name may come twice.
func (c *canonical) sort(members []member, begin int) bool {
	for i, m := range members {
		name, k := c.named(m), i
		for ; k > 0; k-- {
			order := bytes.Compare(c.named(members[k-1]), name)
			if order == 0 {
				return false
			}
			if order < 0 {
				break
			}
			members[k] = members[k-1]
		}
		members[k] = m
	}
	c.room = c.room[:0]
	for i, m := range members {
		if i > 0 {
			c.room = append(c.room, ',')
		}
		c.room = append(c.room, c.out[m.start:m.end]...)
	}
	copy(c.out[begin+1:], c.room)
	return true
}

// name passes the name of a member. It is without escapes and in ASCII, for then the order of its bytes is that of RFC
// 8785, which compares UTF-16.
func (c *canonical) name() bool {
	if len(c.in) == 0 || c.in[0] != '"' {
		return false
	}
	for i := 1; i < len(c.in); i++ {
		switch b := c.in[i]; {
		case b == '"':
			c.in, c.out = c.in[i+1:], append(c.out, c.in[:i+1]...)
			return true
		case b == '\\' || b < ' ' || b >= utf8.RuneSelf:
			return false
		}
	}
	return false
}

// plainByte are the bytes that a text may have without more ado.
var plainByte = func() (t [256]bool) {
	for b := ' '; b < utf8.RuneSelf; b++ {
		t[b] = b != '"' && b != '\\'
	}
	return t
}()

// text passes a text. The escapes that it knows are those that RFC 8785 has as well.
func (c *canonical) text() bool {
	if len(c.in) == 0 || c.in[0] != '"' {
		return false
	}
	wide := false
	for i := 1; i < len(c.in); i++ {
		b := c.in[i]
		if plainByte[b] {
			continue
		}
		switch {
		case b == '"':
			text := c.in[:i+1]
			c.in, c.out = c.in[i+1:], append(c.out, text...)
			return !wide || utf8.Valid(text)
		case b == '\\':
			if i++; i == len(c.in) || !shortEscape(c.in[i]) {
				return false
			}
		case b < ' ':
			return false
		case b >= utf8.RuneSelf:
			wide = true
		}
	}
	return false
}

func shortEscape(b byte) bool {
	switch b {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		return true
	default:
		return false
	}
}

// number passes a number whose text is its RFC 8785 form.
func (c *canonical) number() bool {
	i := 0
	for i < len(c.in) && (c.in[i] >= '0' && c.in[i] <= '9' || c.in[i] == '-' || c.in[i] == '.') {
		i++
	}
	number := c.in[:i]
	c.in = c.in[i:]
	c.out = append(c.out, number...)
	if short := len(number) <= 15 && !bytes.ContainsAny(number, "-."); short { // every digit of a float64 is right
		return len(number) == 1 || len(number) > 1 && number[0] != '0'
	}
	f, err := strconv.ParseFloat(string(number), 64)
	if err != nil || f < 1e-6 && f > -1e-6 || f >= 1e21 || f <= -1e21 { // such have an exponent, or are -0
		return false
	}
	return string(strconv.AppendFloat(nil, f, 'f', -1, 64)) == string(number)
}
