package importer

import "strings"

// A setting is an environment line of a crontab.
type setting struct{ name, value string }

// Where the reader of an environment line is, as in cron's load_env.
const (
	inName = iota
	afterName
	afterEquals
	inValue
	afterValue
)

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' }

// readSetting reads NAME=value as Debian's cron does: blanks around = go, matching quotes around the whole go, then blanks
// at the end of the value, also those that were within the quotes. Nothing is expanded, and what a long line has too
// much is cut off. False: the line is none, and cron takes it for a schedule.
func readSetting(line string) (setting, bool) {
	line = line[:min(len(line), longestSetting)]
	var name, value strings.Builder
	state, quote, begun := inName, byte(0), false
	for i := 0; i < len(line); {
		c := line[i]
		switch state {
		case inName, inValue:
			into := &name
			if state == inValue {
				into = &value
			}
			switch {
			case !begun && (c == '"' || c == '\''):
				quote, begun = c, true
			case quote != 0 && c == quote:
				state, begun, quote = state+1, false, 0
			case state == inName && quote == 0 && (c == '=' || isBlank(c)):
				state, begun = afterName, false
				continue
			default:
				begun = true
				into.WriteByte(c)
			}
		case afterName:
			if c == '=' {
				state = afterEquals
			} else if !isBlank(c) {
				return setting{}, false
			}
		case afterEquals:
			if !isBlank(c) {
				state = inValue
				continue
			}
		case afterValue:
			if !isBlank(c) {
				return setting{}, false
			}
		}
		i++
	}
	if state != afterValue && (state != inValue || quote != 0) || name.Len() == 0 {
		return setting{}, false
	}
	return setting{name.String(), strings.TrimRight(value.String(), " \t\r\v\f")}, true
}

// with is the environment after one more line: a later line of the same name wins. The lines above keep their own.
func with(env []setting, s setting) []setting {
	out := make([]setting, 0, len(env)+1)
	for _, old := range env {
		if old.name != s.name {
			out = append(out, old)
		}
	}
	return append(out, s)
}

// valueOf is the value of a variable, or what it has without a line.
func valueOf(env []setting, name, without string) string {
	for _, s := range env {
		if s.name == name {
			return s.value
		}
	}
	return without
}
