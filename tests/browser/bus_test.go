package browser

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"curfew/tests/internal/world"
)

// TestBus: what comes onto the bus is put on top of the page, unless it is paused; a filter leaves the rest out; a record
// leads to its causes; and what is downloaded replays without a difference.
func TestBus(t *testing.T) {
	t.Parallel()
	s := newSite(t, file(ordinary[5:8], "http://127.0.0.1:9", true))
	v := s.visitor()
	v.goes("/bus")
	v.until("the live tail", css("#tail")+"?.checkVisibility()")
	v.mark()
	s.runs(calm)
	v.until("the run", shows("#records", "run.finished.v1"))
	v.clicks("pause", css("#pause"))
	v.until("the pause", named("document.querySelector('#tail')", "Go on"))
	before := value[string](v, `document.querySelector("#records").dataset.newest`)
	s.runs("check_certificates")
	world.Eventually(t, "the run", func() bool { return s.Job("check_certificates").LastRun != nil })
	if after := value[string](v, `document.querySelector("#records").dataset.newest`); after != before {
		t.Errorf("the tail went on from %s to %s while it was paused", before, after)
	}
	v.clicks("go on", css("#pause"))
	v.until("what came meanwhile", shows("#records", "check_certificates"))
	v.marked()

	v.types("#job", calm+"\r")
	v.until("the filter", `new URL(location.href).searchParams.get("job") === `+quoted(calm)+` && !`+shows("#records", "check_certificates"))
	v.clicks("a decision", `[...document.querySelectorAll("#records tr")].find(e => e.innerText.includes("run.queued.v1"))?.querySelector("a[href^='/bus/']")`)
	v.until("its cause", shows("h1", "Record")+" && "+shows("main", "run.requested.v1"))

	s.replays(t, v)
}

// replays downloads the export of the bus and replays it.
func (s *site) replays(t *testing.T, v *visitor) {
	t.Helper()
	folder := t.TempDir()
	_, err := chromedp.CallBrowser(v.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder, BrowserContextID: chromedp.FromContext(v.ctx).BrowserContextID,
	})
	if err != nil {
		t.Fatal(err)
	}
	v.goes("/bus")
	v.clicks("download", named("document.querySelector('main')", "Download"))
	var found []string
	world.Eventually(t, "the download", func() bool {
		found, err = filepath.Glob(filepath.Join(folder, "*.jsonl"))
		return err != nil || len(found) == 1
	})
	if said := string(s.Run(nil, "replay", found[0])); !strings.Contains(said, " 0 differences") {
		t.Errorf("the replay says %s", said)
	}
}
