package backend

import (
	"cmp"
	"slices"
	"strings"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// matcher selects jobs by what the machine knows of them, which is all of a filter but Failing.
type matcher struct {
	contract.JobFilter
	words []string // of Search
}

func newMatcher(f contract.JobFilter) (matcher, error) {
	if n := len(f.Search); n > contract.MaxSearch {
		return matcher{}, contract.Malformed("q is too long: it has %d bytes, and at most %d are allowed", n, contract.MaxSearch)
	}
	return matcher{f, strings.Fields(strings.ToLower(f.Search))}, nil
}

// wants reports whether the filter selects the job, but for its state.
func (m matcher) wants(g *policy.JobGlance) bool {
	d := g.Definition
	switch {
	case m.Held && g.Held == 0,
		m.Disabled && !d.Disabled,
		m.Actor != "" && d.Actor != m.Actor,
		m.Session != "" && cmp.Or(d.Session, contract.NoSession) != m.Session,
		m.Tag != "" && !slices.Contains(d.Tags, m.Tag),
		m.ManagedBy != "" && cmp.Or(d.ManagedBy, messages.ManagedByFile) != m.ManagedBy:
		return false
	}
	for _, w := range m.words {
		if !says(d, w) {
			return false
		}
	}
	return true
}

// says reports whether a word in lower case is in the texts of a job.
func says(d *messages.Kept, word string) bool {
	return strings.Contains(d.Job, word) || contains(d.Title, word) || contains(d.Description, word) ||
		slices.ContainsFunc(d.Tags, func(tag string) bool { return contains(tag, word) })
}

func contains(text, word string) bool {
	return text != "" && strings.Contains(strings.ToLower(text), word)
}
