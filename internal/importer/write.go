package importer

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"curfew/messages"
	"curfew/scheduler"
)

// laneOfShell is how many shell jobs run at once without a key that says otherwise.
const laneOfShell = 16

// write makes the job file. Every job is read back and compared with its source first: one that the job file refuses is
// not moved, and one that would run at another time is written with enabled: false.
func (b *batch) write() error {
	var jobs strings.Builder
	herd := map[int64]int{}
	for _, e := range b.Entries {
		if e.job == nil {
			continue
		}
		if !utf8.ValidString(e.Text + e.job.with.command) {
			e.refuse("the line is not UTF-8; convert the file, and import again")
			continue
		}
		words, ok := b.settle(e, herd)
		if !ok {
			continue
		}
		e.Job, e.Enabled = e.job.name, len(e.reasons) == 0
		jobs.WriteString(e.comment(words))
		jobs.Write(e.job.file)
	}
	for _, e := range b.Entries {
		e.Notes = append(append([]string{}, e.reasons...), e.Notes...)
	}
	if jobs.Len() == 0 {
		return nil
	}
	text := "# Written by curfew import. Each job has its source above it, and what was decided.\n" + b.sessions + "jobs:\n" + jobs.String()
	if most := largest(herd); most > laneOfShell {
		text += fmt.Sprintf("lanes: {shell: %d} # as many start in one minute, and the source starts them all at once\n", most)
	}
	b.File = []byte(text)
	if len(text) > maxFileSize {
		return fmt.Errorf("the job file would be longer than %d bytes (1 MiB); import fewer sources at once", maxFileSize)
	}
	if _, err := b.Check(b.File); err != nil {
		return fmt.Errorf("the job file that was written is not valid, which is a fault of the import: %w", err)
	}
	return nil
}

func largest(herd map[int64]int) (most int) {
	for _, n := range herd {
		most = max(most, n)
	}
	return most
}

// settle renders a job, and finds out whether it does what its source does. Words are its schedule for people; false: it
// is not moved.
func (b *batch) settle(e *Entry, herd map[int64]int) (words string, ok bool) {
	alone := func() (messages.Definition, error) {
		e.job.file = e.render()
		defs, err := b.Check([]byte(b.sessions + "jobs:\n" + string(e.job.file)))
		if err != nil {
			return messages.Definition{}, err
		}
		return defs[0], nil
	}
	def, err := alone()
	if err != nil {
		e.refuse("a job file cannot say it: %v", err)
		return "", false
	}
	s, err := scheduler.Parse(def.Timetable, def.Job)
	if err != nil {
		e.refuse("a job file cannot say when it runs: %v", err)
		return "", false
	}
	if e.job.apart != "" || e.job.never {
		return s.Describe(), true
	}
	def.Disabled = false // whoever enables it has to know as well
	switch c := compare(e.job, def, b.From, b.From.AddDate(0, 0, selfCheckDays)); {
	case c.Difference != "":
		e.pause("it would not run when it does today: %s; write the schedule that is meant, and set enabled to true", c.Difference)
		if _, err = alone(); err != nil {
			e.refuse("a job file cannot say it: %v", err)
			return "", false
		}
	case len(e.reasons) == 0:
		if c.Until != nil {
			e.note("it has so many slots that they were compared up to %s, and then around changes of the clock", c.Until.UTC().Format(time.RFC3339))
		}
		e.job.gather(herd, b.From)
	}
	return s.Describe(), true
}

// gather counts in which minutes of the first days a job starts.
func (j *job) gather(herd map[int64]int, from time.Time) {
	const days = 8
	for _, r := range j.rules {
		for _, at := range r.Slots(from, from.AddDate(0, 0, days)) {
			herd[at.Unix()/60]++
		}
	}
}

// comment is what stands above a job: its source, in words, and what was decided.
func (e *Entry) comment(words string) string {
	var out strings.Builder
	line := func(format string, args ...any) {
		for text := range strings.SplitSeq(fmt.Sprintf(format, args...), "\n") {
			out.WriteString(strings.TrimRight("  # "+printable(text), " ") + "\n")
		}
	}
	out.WriteByte('\n')
	line("%s:%d", e.Source, e.Line)
	line("  %s", e.Text)
	line("%s", words)
	for _, text := range e.reasons {
		line("Not enabled: %s.", text)
	}
	for _, text := range e.Notes {
		line("%s%s.", strings.ToUpper(text[:1]), text[1:])
	}
	return out.String()
}

// printable is a text that can stand in a comment.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r != ' ' && !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}
