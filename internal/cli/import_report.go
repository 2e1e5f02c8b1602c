package cli

import (
	"fmt"
	"time"

	"curfew/internal/importer"
	"curfew/internal/words"
)

// reportImport says on standard error what became of each entry, and what is to do.
func (t *terminal) reportImport(r importer.Result, to string) {
	out := t.told()
	counts := map[importer.Outcome]int{}
	for _, e := range r.Entries {
		counts[e.Outcome]++
		at, name := e.Source, ""
		if e.Line > 0 {
			at = fmt.Sprintf("%s:%d", e.Source, e.Line)
		}
		if e.Job != "" {
			name = " as " + e.Job
		}
		how := ""
		if e.Job != "" && !e.Enabled {
			how = "; in the file with enabled: false"
		}
		fmt.Fprintf(out, "%s: %s%s%s\n    %s\n", at, e.Outcome, name, how, e.Text)
		for _, text := range e.Notes {
			fmt.Fprintf(out, "  - %s\n", text)
		}
	}
	if len(r.Remarks) > 0 {
		fmt.Fprintln(out, "For all of them:")
	}
	for _, text := range r.Remarks {
		fmt.Fprintf(out, "  - %s\n", text)
	}
	where := "standard output"
	if to != "" {
		where = to
	}
	if r.File == nil {
		where = "no file"
	}
	fmt.Fprintf(out, "%d moved, %d moved with a warning, %d not moved; written to %s\n",
		counts[importer.Moved], counts[importer.Warned], counts[importer.NotMoved], where)
}

// reportComparison says on standard error how the jobs compare with their sources; false: there is a difference.
func (t *terminal) reportComparison(all []importer.Comparison, days int) bool {
	same, slots, different := 0, 0, 0
	out := t.told()
	for _, c := range all {
		switch {
		case c.Left != "":
			if !t.programs() {
				fmt.Fprintf(out, "%s: not compared: %s\n", c.Job, c.Left)
			}
		case c.Difference != "":
			different++
			if !t.programs() {
				fmt.Fprintf(out, "%s: different: %s\n", c.Job, c.Difference)
			}
		default:
			same++
			slots += c.Slots
			if c.Until != nil && !t.programs() {
				fmt.Fprintf(out, "%s: compared up to %s, for that is %d slots, and then in the days around changes of the clock\n",
					c.Job, c.Until.UTC().Format(time.RFC3339), importer.MaxCompared)
			}
		}
	}
	if !t.programs() {
		fmt.Fprintf(out, "compared for %d days: %s as before with %s, %d different\n", days, words.Count(same, "job"), words.Count(slots, "slot"), different)
	}
	return different == 0
}
