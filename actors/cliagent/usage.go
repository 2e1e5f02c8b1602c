package cliagent

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"curfew/messages"
)

const (
	maxPath = 200 // bytes of a path of a usage

	// maxCount is the largest number of calls or tokens that a CLI is believed.
	maxCount = 1_000_000_000_000

	// everyMember is the part of a path that means each member of an object, or each value of a list.
	everyMember = "*"
)

// Usage says where in its JSON the CLI says what its model calls have cost. What it does not say counts as nothing.
type Usage struct {
	// JSON are fields of the objects that say it, as in [Rule.JSON]; empty: of any.
	JSON map[string]any `json:"json,omitzero"`
	// Flags are what the CLI must have been called with, as in [Rule.Flags].
	Flags map[string]string `json:"flags,omitzero"`
	// PerCall says that each such object is a line of its own on standard output, and tells of one call. They are added,
	// also if the process is ended. Otherwise the last object of standard output tells of all calls.
	PerCall bool `json:"per_call,omitzero"`
	// Calls, InputTokens and OutputTokens are paths, as in [Rule.JSON], of which * is every member. The numbers there are
	// added. One that is negative, has a fraction, or is more than 1,000,000,000,000 is ignored. With PerCall, and without
	// Calls, the lines that have tokens are counted.
	Calls        []string `json:"calls,omitzero"`
	InputTokens  []string `json:"input_tokens,omitzero"`
	OutputTokens []string `json:"output_tokens,omitzero"`
}

func (u *Usage) validate() error {
	switch {
	case u == nil:
		return nil
	case len(u.JSON) > maxFields:
		return fmt.Errorf("usage.json has more than %d fields", maxFields)
	}
	for _, path := range slices.Sorted(maps.Keys(u.JSON)) {
		if err := checkWant("usage.json."+path, u.JSON[path]); err != nil {
			return err
		}
	}
	for _, one := range []struct {
		name  string
		paths []string
	}{
		{"usage.calls", u.Calls},
		{"usage.input_tokens", u.InputTokens},
		{"usage.output_tokens", u.OutputTokens},
	} {
		if err := checkPaths(one.name, one.paths); err != nil {
			return err
		}
	}
	return checkFlags("usage", u.Flags)
}

func checkPaths(name string, paths []string) error {
	if len(paths) > maxFields {
		return fmt.Errorf("%s has more than %d paths", name, maxFields)
	}
	for _, path := range paths {
		if len(path) > maxPath || slices.Contains(strings.Split(path, "."), "") {
			return fmt.Errorf("%s: %.40q is not a valid path; write names with dots between them, such as usage.input_tokens, at most %d bytes",
				name, path, maxPath)
		}
	}
	return nil
}

// in is what an object says; false: it is not one of those, or says nothing.
func (u *Usage) in(o map[string]any) (messages.Usage, bool) {
	if _, ok := (Rule{JSON: u.JSON}).fields(o, time.Time{}); !ok {
		return messages.Usage{}, false
	}
	out := messages.Usage{Calls: sum(o, u.Calls), InputTokens: sum(o, u.InputTokens), OutputTokens: sum(o, u.OutputTokens)}
	if u.PerCall && len(u.Calls) == 0 && out.Tokens() > 0 {
		out.Calls = 1 // one that was refused has no tokens
	}
	return out, out != messages.Usage{}
}

// sum adds the numbers at the paths, up to maxCount.
func sum(o map[string]any, paths []string) (n int) {
	for _, path := range paths {
		n = min(maxCount, n+sumAt(o, strings.Split(path, ".")))
	}
	return n
}

func sumAt(v any, path []string) (n int) {
	if len(path) == 0 {
		return count(v)
	}
	if path[0] != everyMember {
		next, ok := lookup(v, path[0])
		if !ok {
			return 0
		}
		return sumAt(next, path[1:])
	}
	switch in := v.(type) {
	case map[string]any:
		for _, one := range in {
			n = min(maxCount, n+sumAt(one, path[1:]))
		}
	case []any:
		for _, one := range in {
			n = min(maxCount, n+sumAt(one, path[1:]))
		}
	}
	return n
}

// count is a number of calls or tokens; 0 if it is none.
func count(v any) int {
	n, ok := v.(float64)
	if !ok || n < 0 || n > maxCount || n != math.Trunc(n) {
		return 0
	}
	return int(n)
}
