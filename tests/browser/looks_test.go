package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A look is how a browser shows a page: with which theme, and how wide.
type look struct {
	theme string // light or dark
	width int64  // in CSS pixels
}

func (l look) String() string { return fmt.Sprintf("%s-%d", l.theme, l.width) }

// looks are a phone and a desk, by day and by night.
var looks = []look{{"light", 1400}, {"dark", 1400}, {"light", 390}, {"dark", 390}}

// phone is the width up to which a screen is a phone's, in CSS pixels.
const phone = 600

// wears makes the tab look like that.
func (v *visitor) wears(l look) {
	v.t.Helper()
	v.do("look "+l.String(), chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.theme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
		})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: l.width, Height: 900, DeviceScaleFactor: 1, Mobile: l.width <= phone,
		})
		return err
	}))
}
