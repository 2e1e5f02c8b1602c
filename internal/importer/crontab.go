package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"curfew/messages/text"
)

// systemTable is the one crontab outside cron.d that has a column for the user.
const systemTable = "/etc/crontab"

// Bounds of Debian's cron 3.0pl1-162.
const (
	longestCommand = 998 // bytes; a longer one turns the table off
	longestSetting = 998 // bytes of a line that sets a variable; the rest is cut off
)

// cronName is the form of the names that cron reads in cron.d; it skips others without a word.
var cronName = text.Pattern(`^[A-Za-z0-9_-]+$`)

// A cronLine is a line with a schedule.
type cronLine struct {
	number  int
	text    string // as it is written
	env     []setting
	spec    cronSpec
	user    string // of a system table
	command string // as it is written, % and all
	carried bool   // the line ended with CR LF
}

// A cronFault is a line for which cron ignores the whole file.
type cronFault struct {
	number int
	text   string
	why    string
}

// crontab reads the table of a user, or /etc/crontab.
func (b *batch) crontab(s Source) { b.cronTable(s, s.Name == systemTable) }

// crond reads a file of /etc/cron.d.
func (b *batch) crond(s Source) {
	if base := s.Name[strings.LastIndexByte(s.Name, '/')+1:]; b.Cron == SystemdCron {
		if strings.HasPrefix(base, ".") || strings.Contains(base, "~") || strings.Contains(base, ".dpkg-") {
			s.Ignored = cmp.Or(s.Ignored, fmt.Sprintf("systemd-cron reads no file of such a name, %q", base))
		}
	} else if s.Ignored == "" && s.Name != systemTable && s.Name != "-" && !cronName().MatchString(base) {
		s.Ignored = fmt.Sprintf("cron reads no file whose name has other characters than A-Z a-z 0-9 _ -, and this one is %q", base)
	}
	b.cronTable(s, true)
}

// cronTable reads a table. One bad line turns the whole of it off, as in Debian's cron.
func (b *batch) cronTable(s Source, system bool) {
	if b.Cron == SystemdCron {
		b.generatedTable(s, system)
		return
	}
	if tooManySettings(string(s.Data)) {
		b.add(s, 0, base(s.Name)).refuse("it has more than %d lines that set a variable, which is not read here; split it", maxSettings)
		return
	}
	lines, faults := readTable(string(s.Data), system)
	dead := s.Ignored
	for _, f := range faults {
		why := fmt.Sprintf("cron ignores the whole file, for line %d is not valid: %s", f.number, f.why)
		dead = cmp.Or(dead, why)
		e := b.add(s, f.number, f.text)
		e.refuse("the line is not valid: %s; mend it if it is to run, and import again", f.why)
	}
	for _, l := range lines {
		if _, known := b.Home(l.user); s.Here && system && !known {
			dead = cmp.Or(dead, fmt.Sprintf("cron ignores the whole file, for the user %q of line %d is not known on this machine", l.user, l.number))
		}
	}
	column := !system && slices.ContainsFunc(lines, b.namesUser)
	for _, l := range lines {
		e := b.add(s, l.number, l.text)
		b.cronJob(e, l, s, system)
		if column && e.job != nil {
			e.warn("the command begins with %q; if this table has a column for the user, import it as cron.d", firstWord(l.command))
		}
		if dead != "" && e.job != nil {
			e.pause("today it does not run: %s; if it is to run, set enabled to true", dead)
			e.job.never = true
		}
	}
	if len(lines) > 0 {
		b.cronRemarks()
	}
}

// namesUser reports whether the command of a line begins with a user rather than with a program. Only root and the
// daemon's user are taken for one: other names, such as mail, are those of programs, too.
func (b *batch) namesUser(l cronLine) bool {
	first := firstWord(l.command)
	return first == "root" || first == b.User
}

func firstWord(command string) string {
	first, _, _ := strings.Cut(strings.ReplaceAll(command, "\t", " "), " ")
	return first
}

// tooManySettings reports whether a table has so many variables that to keep them for each line would take much memory.
func tooManySettings(text string) bool {
	n := 0
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if _, ok := readSetting(line); ok {
			n++
		}
	}
	return n > maxSettings
}

// readTable reads the lines of a table, and finds what turns it off.
func readTable(text string, system bool) (lines []cronLine, faults []cronFault) {
	var env []setting
	number := 0
	for raw := range strings.Lines(text) {
		number++
		line, ended := strings.CutSuffix(raw, "\n")
		line, carried := strings.CutSuffix(line, "\r")
		begun := strings.TrimLeft(line, " \t")
		switch {
		case begun == "" && carried:
			faults = append(faults, cronFault{number, "", "it is empty but for a CR, which cron takes for a minute; convert the file to plain newlines"})
			continue
		case begun == "" || begun[0] == '#':
			continue
		case !ended:
			faults = append(faults, cronFault{number, line, "the last line of the file has no newline at its end"})
		}
		if s, ok := readSetting(begun); ok {
			env = with(env, s)
			continue
		}
		l := cronLine{number: number, text: begun, env: env, carried: carried}
		if err := l.read(begun, system); err != nil {
			faults = append(faults, cronFault{number, begun, err.Error()})
			continue
		}
		lines = append(lines, l)
	}
	return lines, faults
}

var emptySetting = text.Pattern(`^\s*([A-Za-z_]\w*)\s*=\s*$`)

// read takes the line apart.
func (l *cronLine) read(text string, system bool) error {
	if m := emptySetting().FindStringSubmatch(text); m != nil {
		return fmt.Errorf(`%s= has no value; cron wants %s=""`, m[1], m[1])
	}
	var rest string
	var err error
	if l.spec, rest, err = readCron(text); err != nil {
		return err
	}
	l.command = rest
	size := len(rest)
	if system {
		if l.user, l.command = cutBlank(rest); l.user == "" || len(rest) == len(l.user) {
			return fmt.Errorf("it has no command after the user")
		}
		size -= len(l.user) + 1 // more blanks are part of the command
	}
	if l.carried {
		size++
	}
	if size > longestCommand {
		return fmt.Errorf("its command is longer than %d bytes, the most that cron takes; put it into a file", longestCommand)
	}
	return nil // without a command, if the table is a user's
}

// cronRemarks say what is true of every job of a crontab.
func (b *batch) cronRemarks() {
	b.remark("exit status: cron takes no notice of it, here another than 0 is a failed run, shown and reported; " +
		"a test before && is written as a condition, so that it is none")
	b.remark("a job that is still running: cron starts it beside itself, and so does Curfew (overlap: allow), up to 16 copies, for which the lane has room; set skip for a job that has to be alone")
	b.remark("mail: cron mails what a job prints, here it is in curfew run logs; add deliver to a job to have it sent")
	b.remark("environment: a job gets the variables that are written here, and LANG, TZ and their like from the daemon; " +
		"cron also gives it those of /etc/environment: add to env what a job needs of them")
	b.remark("now: read the file, run curfew check, and take the lines out of the crontab before the daemon starts, or both run them")
}
