package browser

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// clocks compares every time on the page with what the browser makes of it in a zone: the hours and minutes that differ.
const clocks = `[...document.querySelectorAll("main time")].filter(e => /\d\d:\d\d/.test(e.innerText)).map(e =>
	[e.innerText, new Date(e.dateTime).toLocaleTimeString("en-GB", {timeZone: ZONE, hour: "2-digit", minute: "2-digit"})])`

// TestZoneSwitch: times are shown in the zone that was chosen last, on every page, also after the browser was away.
func TestZoneSwitch(t *testing.T) {
	t.Parallel()
	s := quietDay.site(t)
	v := s.visitor()
	const zone = "Asia/Kolkata" // half an hour off everybody else
	v.livesIn(zone)
	for _, choice := range []struct{ button, value, zone string }{{"Browser", "browser", zone}, {"UTC", "utc", "UTC"}} {
		v.goes("/jobs")
		v.clicks(choice.button, named("document.querySelector('header')", choice.button))
		v.until("the switch to "+choice.button, css(`button[name=zone][value=`+choice.value+`][aria-pressed=true]`))
		if at := value[string](v, "location.pathname"); at != "/jobs" {
			t.Errorf("the switch leads to %s", at)
		}
		for _, p := range s.places() {
			again := v.tab() // the cookies are all that is remembered
			again.livesIn(zone)
			again.goes(p.path)
			for _, c := range again.clocks(choice.zone) {
				t.Errorf("%s in %s shows %q, want %q", p.name, choice.button, c[0], c[1])
			}
		}
	}
}

// livesIn sets the clock of this tab.
func (v *visitor) livesIn(zone string) {
	v.t.Helper()
	v.do("live in "+zone, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
		return err
	}))
}

// clocks returns the times of the page that are not those of a zone, with what they should be.
func (v *visitor) clocks(zone string) (wrong [][2]string) {
	v.t.Helper()
	return value[[][2]string](v, `(ZONE => `+clocks+`.filter(([shown, is]) => !shown.includes(is)))(`+quoted(zone)+`)`)
}

const background = `getComputedStyle(document.documentElement).backgroundColor + getComputedStyle(document.body).backgroundColor`

// TestThemeSwitch: the theme that was chosen is used on every page, whatever the system has; "Auto" follows the system.
func TestThemeSwitch(t *testing.T) {
	t.Parallel()
	v := newSite(t, file(ordinary[7:8], "http://127.0.0.1:9", true)).visitor()
	colours := map[string]string{}
	for _, system := range []string{"light", "dark"} {
		v.wears(look{system, 1400})
		v.goes("/jobs")
		colours[system] = value[string](v, background)
	}
	if colours["light"] == colours["dark"] {
		t.Fatalf("both themes have the background %s", colours["light"])
	}
	for _, choice := range []struct{ button, system, want string }{
		{"Dark", "light", "dark"}, {"Light", "dark", "light"}, {"Auto", "dark", "dark"}, {"Auto", "light", "light"},
	} {
		v.wears(look{choice.system, 1400})
		v.clicks(choice.button, named("document.querySelector('header')", choice.button))
		v.until("the choice", `[...document.querySelectorAll("button[name=theme][aria-pressed=true]")].some(e => e.innerText === `+quoted(choice.button)+`)`)
		v.goes("/")
		if got := value[string](v, background); got != colours[choice.want] {
			t.Errorf("%s in a %s system: %s, want the %s theme", choice.button, choice.system, got, choice.want)
		}
	}
}
