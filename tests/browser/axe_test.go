package browser

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"curfew/tests/internal/world"
)

// A finding is what axe-core has against a page.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

// axe returns the script of axe-core; empty: none is given.
func axe(t testing.TB) string {
	t.Helper()
	if *axeFile == "" {
		t.Log("-axe names no axe-core: what people with a screen reader or weak eyes stumble over is not looked for")
		return ""
	}
	return world.Contents(t, *axeFile)
}

// runAxe lets axe-core look at the page. It is code of the test, so the page's policy does not bind it.
const runAxe = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations)`

// examine fails the test for each serious or critical finding of axe-core on the page.
func (v *visitor) examine(script, where string) {
	v.t.Helper()
	if script == "" {
		return
	}
	v.do("load axe-core", chromedp.Evaluate[chromedp.Void]("window.axe || "+script+";undefined"))
	for _, f := range value[[]finding](v, runAxe) {
		if !slices.Contains([]string{"serious", "critical"}, f.Impact) {
			v.t.Logf("%s: %s, %s: %s (%d times)", where, f.Impact, f.ID, f.Help, len(f.Nodes))
			continue
		}
		for _, n := range f.Nodes {
			v.t.Errorf("%s: %s, %s: %s\n%.300s\n%s", where, f.Impact, f.ID, f.Help, n.HTML, n.FailureSummary)
		}
	}
}
