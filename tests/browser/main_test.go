// Package browser walks through the dashboard of the built program in a real browser, as a person does who looks, clicks,
// types and reads aloud. It needs a Chromium, and is skipped without one. Its tests run on the real clock.
package browser

import (
	"flag"
	"os"
	"testing"

	"curfew/tests/internal/world"
)

var (
	program = flag.String("browser", "", "the program of a Chromium; empty: the one on the PATH")
	axeFile = flag.String("axe", "", "the file axe.min.js of axe-core 4.14.1 or newer; empty: pages are not looked at with it")
	shots   = flag.String("screenshots", "", "an existing folder that takes a picture of every page in every scene; empty: none is taken")
)

func TestMain(m *testing.M) {
	code := world.RunTests(m)
	shut()
	os.Exit(code)
}
