package importer

import (
	"fmt"
	"strconv"
	"strings"
)

// Fields that only some dialects have, besides those of [cronForm].
const (
	cronSecond = cronFields + iota
	cronYear
	planFields
)

// planForm is the form of each field. The years are those that Quartz knows.
var planForm = func() (out [planFields]cronField) {
	copy(out[:], cronForm[:])
	out[cronSecond] = cronField{title: "second", max: 59}
	out[cronYear] = cronField{title: "year", min: 1970, max: 2099}
	return out
}()

// A plan is a cron expression as its dialect understands it. A set that is nil has every value; weekdays are 0 to 6.
type plan struct {
	dialect
	text  [planFields]string // as it is written; empty: there is no such field
	sets  [planFields]map[int]bool
	dates [planFields][]mark // of the day fields, besides their sets
}

// read reads an expression. The error is one that the program has, too, or says what is not read here.
func (d dialect) read(text string) (p plan, err error) {
	p.dialect = d
	if fields, ok := d.words[text]; ok {
		text = fields
	}
	words := strings.Fields(text)
	form, ok := d.forms[len(words)]
	switch {
	case strings.HasPrefix(text, "@"):
		return p, fmt.Errorf("%s is not a name that it knows", text)
	case strings.Contains(text, "="):
		return p, fmt.Errorf("a zone within the schedule is refused")
	case !ok:
		return p, fmt.Errorf("%d is not a number of fields that it can have", len(words))
	}
	p.sets[cronSecond] = map[int]bool{0: true}
	for n, field := range form {
		if err := p.field(field, words[n]); err != nil {
			return p, err
		}
	}
	if d.days == oneOnly && (p.text[cronDay] == "?") == (p.text[cronWeekday] == "?") {
		return p, fmt.Errorf("one of the two day fields has to be ?, and the other not")
	}
	return p, nil
}

// field reads a list of items.
func (p *plan) field(i int, word string) error {
	p.text[i], p.sets[i] = word, nil
	if len(word) == 1 && strings.Contains(p.plain, word) {
		if isDay := i == cronDay || i == cronWeekday; word == "?" && p.dialect.days == oneOnly && !isDay {
			return fmt.Errorf("? stands for a day only")
		}
		return nil
	}
	if rest, plus := strings.CutPrefix(word, "+"); plus && i == cronWeekday && p.marks && p.dialect.days == either {
		word, p.dialect.days = rest, both // croner's way to say that both days must match
	}
	p.sets[i] = map[int]bool{}
	items := strings.Split(word, ",")
	for _, item := range items {
		if m, ok, err := p.mark(i, item); err != nil {
			return err
		} else if ok {
			p.dates[i] = append(p.dates[i], m)
		} else if err := p.item(i, item); err != nil {
			return err
		}
	}
	if p.dialect.days == oneOnly && len(p.dates[i]) > 0 && len(items) > 1 {
		return fmt.Errorf("%s %q has L, W or # beside other days, of which it drops some or refuses all", planForm[i].title, word)
	}
	if p.covering && p.covers(i) {
		p.sets[i] = nil
	}
	return nil
}

// covers reports whether a set has every value of its field.
func (p *plan) covers(i int) bool {
	f := planForm[i]
	if i == cronWeekday {
		f.max = 6
	}
	return len(p.sets[i]) == f.max-f.min+1
}

// maxStep bounds a step, far above every field.
const maxStep = 999_999

// item reads *, a or a-b, each with or without /n.
func (p *plan) item(i int, item string) error {
	f := planForm[i]
	if i == cronWeekday {
		f.min, f.max = p.sunday, p.saturday
	}
	body, step, stepped := strings.Cut(item, "/")
	star := len(body) == 1 && strings.Contains(p.stars, body)
	lo, hi, by, err := f.min, f.max, 1, error(nil)
	if star && i == cronWeekday {
		hi = p.sunday + 6
	}
	if stepped {
		if p.dialect.days == oneOnly && body != "" && isLetter(body[len(body)-1]) {
			return fmt.Errorf("%s %q has a step after a name, which is skipped", f.title, item)
		}
		if by, err = p.step(f, item, step, star || strings.Contains(body, "-")); err != nil {
			return err
		}
	}
	ranged := false
	if !star {
		var from, to string
		from, to, ranged = strings.Cut(body, "-")
		if lo, err = p.value(i, f, from); err != nil {
			return err
		}
		switch {
		case ranged:
			if hi, err = p.value(i, f, to); err != nil {
				return err
			}
		case !stepped:
			hi = lo
		}
	}
	if i == cronWeekday && ranged && lo == 6 && hi == 0 && p.saturday == 7 && (p.late || !isDigit(body[len(body)-1])) {
		hi = p.saturday // SAT-SUN ends with the Sunday that is 7
	}
	if lo < f.min || lo > f.max || hi < f.min || hi > f.max || lo > hi && (!p.wraps || i == cronYear) {
		return fmt.Errorf("%s %q is not valid", f.title, item)
	}
	size := f.max - f.min + 1
	if hi < lo {
		hi += size
	}
	for v := lo; v <= hi; v += by {
		p.add(i, f.min+(v-f.min)%size)
	}
	return nil
}

// add takes a value into a set; a weekday counts from Sunday, which is 0.
func (p *plan) add(i, v int) {
	if i == cronWeekday {
		v = (v - p.sunday) % len(shortDays)
	}
	p.sets[i][v] = true
}

func (p *plan) step(f cronField, item, text string, ranged bool) (int, error) {
	by, err := strconv.Atoi(text)
	largest := f.max - f.min + 1
	if p.dialect.days == oneOnly && f.min == 0 || f.title == cronForm[cronWeekday].title { // Quartz: 59, 59 and 23
		largest = f.max
	}
	switch {
	case err != nil || by < 1 || by > maxStep || !p.wide && by > largest:
		return 0, fmt.Errorf("%s %q has no valid step", f.title, item)
	case !ranged && !p.open:
		return 0, fmt.Errorf("%s %q has a step after a single value", f.title, item)
	}
	return by, nil
}

// value reads a value that is all of a text.
func (p *plan) value(i int, f cronField, text string) (int, error) {
	names := f
	if i == cronWeekday {
		names.min = p.sunday
	}
	return names.whole(text)
}

// whole reads a value that is all of a text.
func (f cronField) whole(text string) (int, error) {
	v, n, err := f.value(text, f.names)
	if err == nil && n != len(text) {
		err = fmt.Errorf("%q is not a valid value", text)
	}
	return v, err
}
