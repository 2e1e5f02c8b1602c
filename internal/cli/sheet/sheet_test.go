package sheet_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"curfew/internal/cli/sheet"
	"curfew/messages"
)

var columns = []sheet.Column{{Name: "NAME", Cut: 8}, {Name: "STATE"}, {Name: "ID", Wide: true}, {Name: "WHY", Cut: 10}}

var rows = [][]any{
	{"backup", "idle", "r1", "-"},
	{"a-very-long-name-of-a-job", sheet.Cell{Text: "failing", Tone: sheet.Bad}, "r2", "the disk of\nthe machine is full \x1b[31m and more"},
	{"日本語のジョブ", "held", "r3", "e\u0301"},
}

func printed(s sheet.Sheet) string {
	var b bytes.Buffer
	s.Out = &b
	s.Table(columns, rows)
	s.Close()
	return b.String()
}

func TestTable(t *testing.T) {
	for _, c := range []struct {
		name string
		on   sheet.Sheet
		want string
	}{
		{"as wide as it comes", sheet.Sheet{}, "" +
			"NAME                       STATE    WHY\n" +
			"backup                     idle     -\n" +
			"a-very-long-name-of-a-job  failing  the disk of the machine is full \\x1b[31m and more\n" +
			"日本語のジョブ             held     e\u0301\n"},
		{"the widest is cut first", sheet.Sheet{Width: 60}, "" +
			"NAME                      STATE    WHY\n" +
			"backup                    idle     -\n" +
			"a-very-long-name-of-a-j…  failing  the disk of the machine …\n" +
			"日本語のジョブ            held     e\u0301\n"},
		{"down to what columns allow", sheet.Sheet{Width: 30}, "" +
			"NAME       STATE    WHY\n" +
			"backup     idle     -\n" +
			"a-very-l…  failing  the disk …\n" +
			"日本語の…  held     e\u0301\n"},
		{"narrower than it can be", sheet.Sheet{Width: 5}, "" +
			"NAME      STATE    WHY\n" +
			"backup    idle     -\n" +
			"a-very-…  failing  the disk …\n" +
			"日本語…   held     e\u0301\n"},
		{"every column, and whole", sheet.Sheet{Width: 30, Wide: true}, "" +
			"NAME                       STATE    ID  WHY\n" +
			"backup                     idle     r1  -\n" +
			"a-very-long-name-of-a-job  failing  r2  the disk of the machine is full \\x1b[31m and more\n" +
			"日本語のジョブ             held     r3  e\u0301\n"},
	} {
		if got := printed(c.on); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
		if c.on.Width < 30 || c.on.Wide {
			continue
		}
		for line := range strings.Lines(printed(c.on)) {
			if w := sheet.Width(strings.TrimSuffix(line, "\n")); w > c.on.Width {
				t.Errorf("%s: %d columns: %s", c.name, w, line)
			}
		}
	}
}

// TestColour: colour is beside the text and never instead of it.
func TestColour(t *testing.T) {
	plain, coloured := printed(sheet.Sheet{}), printed(sheet.Sheet{Colour: true})
	if !strings.Contains(coloured, "\x1b[31mfailing\x1b[0m") || strings.NewReplacer("\x1b[31m", "", "\x1b[0m", "").Replace(coloured) != plain {
		t.Errorf("%q is not %q in colour", coloured, plain)
	}
}

// TestTimes: a time is far or near, and exact by the viewer's clock, which is named once.
func TestTimes(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 1, 15, 23, 30, 0, 0, time.UTC)
	at := func(d time.Duration) messages.Instant { return messages.At(now.Add(d)) }
	for _, c := range []struct {
		at               messages.Instant
		wide             bool
		when, both, slot string
	}{
		{0, false, "-", "-", "-"},
		{at(0), false, "now", "2027-01-16 00:30:00 (now)", "00:30"},
		{at(3 * time.Minute), false, "in 3m", "2027-01-16 00:33:00 (in 3m)", "00:33"},
		{at(-41500 * time.Millisecond), false, "41s ago", "2027-01-16 00:29:18 (41s ago)", "00:29:18"},
		{at(-time.Hour), false, "1h ago", "2027-01-15 23:30:00 (1h ago)", "2027-01-15 23:30"},
		{at(50 * time.Hour), true, "2027-01-18 02:30:00", "2027-01-18 02:30:00 (in 2d2h)", "2027-01-18 02:30"},
	} {
		var b bytes.Buffer
		s := sheet.Sheet{Out: &b, Now: now, Zone: vienna, Clock: "Europe/Vienna", Wide: c.wide}
		if got := s.When(c.at); got != c.when {
			t.Errorf("when %s, want %s", got, c.when)
		}
		if s.Close(); (b.String() == "times in Europe/Vienna\n") != (c.wide && c.at != 0) {
			t.Errorf("the zone of %s: %q", c.when, b.String())
		}
		if both, slot := s.Both(c.at), s.Slot(c.at); both != c.both || slot != c.slot {
			t.Errorf("%s, %s; want %s, %s", both, slot, c.both, c.slot)
		}
		if s.Close(); c.at != 0 && !strings.HasSuffix(b.String(), "times in Europe/Vienna\n") {
			t.Errorf("the zone is not named: %q", b.String())
		}
	}
}
