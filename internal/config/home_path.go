package config

import (
	"fmt"
	"path/filepath"
	"strings"

	"curfew/messages/text"
)

// beginForm is the beginning of a path that is filled in: ${NAME}, or ${NAME:-instead}.
var beginForm = text.Pattern(`^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}`)

// startsFilled reports whether the beginning of a path is filled in.
func startsFilled(path string) bool {
	return strings.HasPrefix(path, "~/") || strings.HasPrefix(path, "${")
}

// badHomePath says what is wrong with a path that may begin with a home folder or a variable; empty: nothing.
func badHomePath(path string) string {
	rest := path
	if strings.HasPrefix(path, "${") {
		m := beginForm().FindStringSubmatchIndex(path)
		if m == nil {
			return "must begin with a path, ~/, ${VARIABLE} or ${VARIABLE:-~/folder}"
		}
		if m[4] >= 0 {
			if instead := path[m[4]:m[5]]; !strings.HasPrefix(instead, "~/") && !strings.HasPrefix(instead, "/") {
				return "must have a path behind :-, such as ${VARIABLE:-~/folder}"
			}
		}
		rest = path[m[1]:]
	}
	switch {
	case strings.TrimSpace(path) == "":
		return "must be a path"
	case strings.ContainsRune(path, 0):
		return "must not contain NUL"
	case strings.Contains(rest, "$"), strings.HasPrefix(path, "~") && !strings.HasPrefix(path, "~/"):
		return "can have ~/ or ${VARIABLE} only at its beginning"
	}
	return ""
}

// withValues fills in the beginning of a path as far as these variables say.
func withValues(path string, values map[string]string) string {
	if m := beginForm().FindStringSubmatch(path); m != nil {
		if v, ok := values[m[1]]; ok && v != "" {
			path = v + path[len(m[0]):]
		}
	}
	home := values["HOME"]
	if home == "" {
		return path
	}
	if m := beginForm().FindStringSubmatch(path); m != nil {
		return strings.Replace(path, ":-~/", ":-"+strings.TrimSuffix(home, "/")+"/", 1)
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		return filepath.Join(home, rest)
	}
	return path
}

// HomePath fills in the beginning of a path: ~/ is the home folder of the user that Curfew runs as, ${NAME:-instead} the
// variable NAME, or what stands behind the dash if there is none. The error says what is missing.
func HomePath(path string, lookup func(name string) (string, bool)) (string, error) {
	if m := beginForm().FindStringSubmatch(path); m != nil {
		v, _ := lookup(m[1])
		switch {
		case v != "":
		case m[2] == "":
			return "", fmt.Errorf("%s: the variable %s is not set", path, m[1])
		default:
			v = m[2]
		}
		path = v + path[len(m[0]):]
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		home, _ := lookup("HOME")
		if home == "" {
			return "", fmt.Errorf("%s: the variable HOME is not set", path)
		}
		path = filepath.Join(home, rest)
	}
	if !filepath.IsAbs(path) {
		return "", fmt.Errorf("%s is not a whole path", path)
	}
	return filepath.Clean(path), nil
}
