package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// maxPicture bounds the height of a picture, in CSS pixels.
const maxPicture = 4000

// picture takes a picture of the whole page, as long as it is not endless.
func (v *visitor) picture(path string) {
	v.t.Helper()
	v.do("take a picture", chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		m, err := cdp.Call(ctx, tab, page.GetLayoutMetrics, cdp.Empty{})
		if err != nil {
			return err
		}
		got, err := cdp.Call(ctx, tab, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: new(true),
			Clip: &page.Viewport{Width: float64(m.CSSLayoutViewport.ClientWidth), Height: min(m.CSSContentSize.Height, maxPicture), Scale: 1},
		})
		if err != nil {
			return err
		}
		return os.WriteFile(path, got.Data, 0o600)
	}))
}

// tooWide is how many pixels the page is wider than its window.
const tooWide = `document.documentElement.scrollWidth - document.documentElement.clientWidth`

// TestLooks: in every scene, both themes and both widths every page fits into its window, so that only tables and code
// scroll sideways, and axe-core has nothing serious against it. With -screenshots it leaves a picture of each.
func TestLooks(t *testing.T) {
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			script := axe(t)
			s := sc.site(t)
			v := s.visitor()
			for _, p := range s.places() {
				v.goes(p.path)
				for _, l := range looks {
					v.wears(l)
					v.looks(script, sc.name, p.name, l)
				}
			}
		})
	}
}

func (v *visitor) looks(script, scene, place string, l look) {
	v.t.Helper()
	if wide := value[int](v, tooWide); wide > 0 {
		v.t.Errorf("%s %s is %d pixels wider than its window", place, l, wide)
	}
	v.examine(script, place+" "+l.String())
	if *shots != "" {
		v.picture(filepath.Join(*shots, fmt.Sprintf("%s.%s.%s.png", scene, place, l)))
	}
}
