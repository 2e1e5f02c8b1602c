package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"curfew/actors"
	"curfew/internal/config/schema"
	"curfew/messages"
)

// block describes the `with` block of an actor type.
func block(kind actors.Kind) schema.Object {
	is, _ := schema.As[schema.Object](schema.Of(kind.Spec, kind.Members)) // a spec is a struct
	for i, key := range is.Keys {
		if key.Name == presetKey && kind.Traits.Presets != nil || key.Name == definitionKey && kind.Traits.Definitions != "" {
			is.Keys[i].Value = schema.Text{Pattern: messages.Name}
		}
	}
	return is
}

// blockOf is [block], made once for each type.
func (b *builder) blockOf(kind actors.Kind) schema.Object {
	is, made := b.blocks[kind.Name]
	if !made {
		is = block(kind)
		b.blocks[kind.Name] = is
	}
	return is
}

// fits compares a value of a `with` block, at any depth, with its description, and reports what does not fit. The
// actor type's own check comes after it: it knows more, but no places.
func (b *builder) fits(at member, is schema.Value, where string) bool {
	n := at.value
	before := len(b.problems)
	if n == nil || n.shape == shapeBroken || n.shape == shapeNull {
		if b.judging && n != nil && n.shape == shapeNull {
			b.badMember(at, noValue, at.key)
		}
		return true // a problem that is reported elsewhere
	}
	switch is := is.(type) {
	case schema.Object:
		if b.shaped(at, where, shapeMapping) {
			b.fitsKeys(at, is, where)
		}
	case schema.Map:
		if b.shaped(at, where, shapeMapping) {
			b.counted(at, where, len(n.members), 0, is.Most)
			for _, m := range n.members {
				if b.judging && is.Names != "" && !regexp.MustCompile(is.Names).MatchString(m.key) {
					b.badMember(m.in(at.file), "%s: %q is not a valid name there; see docs/jobfile.md", where, m.key)
				}
				b.fits(m.in(at.file), is.Of, where+"."+m.key)
			}
		}
	case schema.List:
		if b.shaped(at, where, shapeList) {
			b.counted(at, where, len(n.items), is.Least, is.Most)
			for _, item := range n.items {
				b.fits(member{line: item.line, col: item.col, value: item, file: at.file}, is.Of, where)
			}
		}
	case schema.Bool:
		b.shaped(at, where, shapeBool)
	default:
		b.fitsScalar(at, is, where)
	}
	return len(b.problems) == before
}

func (b *builder) fitsKeys(at member, is schema.Object, where string) {
	for _, m := range at.value.members {
		m = m.in(at.file)
		if key, known := is.Key(m.key); known {
			b.fits(m, key.Value, where+"."+m.key)
			continue
		}
		b.badMember(m, unknownKey+"%q in %s; %s", m.key, where, hint(m.key, is.Names()))
	}
}

func (b *builder) fitsScalar(at member, is schema.Value, where string) {
	switch is := is.(type) {
	case schema.Text:
		if b.shaped(at, where, shapeText) {
			b.fitsText(at, is, where)
		}
	case schema.Duration:
		if b.judging && b.shaped(at, where, shapeText) {
			if _, ok := goSpan(at.value.scalar.(string)); !ok {
				b.badMember(at, "%s must be a duration such as 90s or 1h30m", where)
			}
		}
	case schema.Choice:
		if b.shaped(at, where, shapeText) && !slices.Contains(is.Words, at.value.scalar.(string)) {
			b.badMember(at, "%s must be one of %s, not %s", where, list(is.Words), at.value)
		}
	case schema.Integer:
		whole, ok := at.value.whole()
		if !ok {
			whole = at.value
		}
		if at.value = whole; b.shaped(at, where, shapeInt) && is != (schema.Integer{}) {
			b.within(at, where, float64(is.Least), float64(is.Most))
		}
	case schema.Number:
		if b.shaped(at, where, shapeFloat, shapeInt) && is != (schema.Number{}) {
			b.within(at, where, is.Least, is.Most)
		}
	}
}

// fitsText leaves most to who reads the text, who can say better what is wrong with it.
func (b *builder) fitsText(at member, is schema.Text, where string) {
	text := at.value.scalar.(string)
	switch {
	case text == "" && is.Pattern != "", !is.Blank && strings.TrimSpace(text) == "":
		b.badMember(at, "%s must not be empty", where)
	case !b.judging:
	case is.Longest > 0 && len(text) > is.Longest:
		b.badMember(at, "%s is longer than %d bytes", where, is.Longest)
	case is.Pattern != "" && !regexp.MustCompile(is.Pattern).MatchString(text):
		b.badMember(at, "%s has not the form of its values; see docs/jobfile.md", where)
	}
}

// shaped checks that a value has one of these shapes. It does not quote the value, which may be a secret.
func (b *builder) shaped(at member, where string, want ...shape) bool {
	if slices.Contains(want, at.value.shape) {
		return true
	}
	b.badMember(at, "%s must be %s, not %s", where, want[0], at.value.shape)
	return false
}

func (b *builder) within(at member, where string, least, most float64) {
	if f := at.value.number(); f < least || f > most {
		b.badMember(at, "%s must be %s to %s, not %v", where, plainNumber(least), plainNumber(most), at.value.scalar)
	}
}

// counted checks how many items or keys there are. Most 0: any number.
func (b *builder) counted(at member, where string, n, least, most int) {
	if most > 0 && (n < least || n > most) {
		b.badMember(at, "%s must have %d to %d entries, not %d", where, least, most, n)
	}
}

// in is the member, in that file unless it knows its own.
func (m member) in(file string) member {
	if m.file == "" {
		m.file = file
	}
	return m
}

// badMember reports a problem of a member, in the file that it is in.
func (b *builder) badMember(m member, format string, args ...any) {
	p := Problem{File: b.reader.file, Line: m.line, Col: m.col, Message: fmt.Sprintf(format, args...)}
	if m.file != "" {
		p.File = m.file
	}
	b.problems = append(b.problems, p)
}
