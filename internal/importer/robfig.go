package importer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"curfew/internal/importer/oracle"
)

// A robfig is a schedule as robfig/cron reads it, which Kubernetes uses. A set that is nil is a plain *.
type robfig struct {
	text [cronFields]string
	sets [cronFields]map[int]bool
}

var robfigWords = map[string]string{
	"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
	"@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}

// readRobfig reads five fields or a name. The error is one that robfig/cron has, too, or says what is not read here.
func readRobfig(text string) (r robfig, err error) {
	if fields, ok := robfigWords[text]; ok {
		text = fields
	}
	words := strings.Fields(text)
	switch {
	case strings.HasPrefix(text, "@"):
		return r, fmt.Errorf("%s is not a name of five fields", text)
	case strings.Contains(text, "="):
		return r, fmt.Errorf("a zone within the schedule is refused by Kubernetes")
	case len(words) != cronFields:
		return r, fmt.Errorf("it has %d fields instead of 5", len(words))
	}
	for i, word := range words {
		r.text[i] = word
		if word == "*" || word == "?" {
			continue
		}
		r.sets[i] = map[int]bool{}
		for item := range strings.SplitSeq(word, ",") {
			if err := r.item(i, item); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// maxStep bounds a step, far above every field.
const maxStep = 999_999

// item reads *, a or a-b, each with or without /n; a/n goes to the end of the field.
func (r *robfig) item(i int, item string) error {
	const saturday = 6
	f := cronForm[i]
	if i == cronWeekday {
		f.max = saturday // 7 is an error
	}
	body, step, stepped := strings.Cut(item, "/")
	by, lo, hi := 1, f.min, f.max
	var err error
	if stepped {
		if by, err = strconv.Atoi(step); err != nil || by < 1 || by > maxStep {
			return fmt.Errorf("%s %q has no valid step", f.title, item)
		}
	}
	if body != "*" && body != "?" {
		from, to, ranged := strings.Cut(body, "-")
		if lo, err = f.whole(from); err != nil {
			return err
		}
		switch {
		case ranged:
			if hi, err = f.whole(to); err != nil {
				return err
			}
		case !stepped:
			hi = lo
		}
	}
	if lo < f.min || hi > f.max || lo > hi {
		return fmt.Errorf("%s %q is not valid", f.title, item)
	}
	for v := lo; v <= hi; v += by {
		r.sets[i][v] = true
	}
	return nil
}

// whole reads a value that is all of a text.
func (f cronField) whole(text string) (int, error) {
	v, n, err := f.value(text, f.names)
	if err == nil && n != len(text) {
		err = fmt.Errorf("%q is not a valid value", text)
	}
	return v, err
}

// rule is what the scheduler does with it: it goes by what the clock shows. Either day field is enough, unless one of
// them is a plain star.
func (r robfig) rule(zone *time.Location) oracle.Rule {
	in := func(field, v int) bool { return r.sets[field] == nil || r.sets[field][v] }
	both := r.sets[cronDay] == nil || r.sets[cronWeekday] == nil
	return oracle.Rule{Zone: zone, Clock: oracle.Follow, Match: func(w oracle.Wall) bool {
		day, week := in(cronDay, w.Day), in(cronWeekday, int(w.Weekday))
		return in(cronMinute, w.Minute) && in(cronHour, w.Hour) && in(cronMonth, w.Month) && (both && day && week || !both && (day || week))
	}}
}

// expression writes it in the dialect of the job file, and says whether it is about a time of day. Minute and hour keep
// a star at their beginning, which makes a pace, and so follows the clock. Day fields lose theirs: in a job file it would
// mean both.
func (r robfig) expression() (text string, fixed bool) {
	fields := make([]string, cronFields)
	for i, set := range r.sets {
		f := cronForm[i]
		switch {
		case set == nil:
			fields[i] = "*"
		case (i == cronMinute || i == cronHour) && strings.ContainsAny(r.text[i][:1], "*?"):
			fields[i] = strings.ReplaceAll(r.text[i], "?", "*")
		case i == cronWeekday:
			fields[i] = listed(values(set, f.min, f.max), dayName)
		default:
			fields[i] = listed(values(set, f.min, f.max), strconv.Itoa)
		}
	}
	return strings.Join(fields, " "), fields[cronMinute][0] != '*' && fields[cronHour][0] != '*'
}
