package web

import (
	"net/http"
	"time"

	"curfew/internal/contract"
)

// theme is light, dark, or what the system has.
type theme string

// The themes.
const (
	themeSystem theme = "system"
	themeLight  theme = "light"
	themeDark   theme = "dark"
)

const themeCookie = "curfew_theme"

// kept is how long a browser remembers what was chosen.
const kept = 365 * 24 * time.Hour

// preferences are the switches of the frame. What was chosen is in cookies of the browser alone.
func preferences() section {
	return section{orders: []order{{path: "/preferences", free: true, do: prefer}}}
}

func themeOf(r *http.Request) theme {
	if c, err := r.Cookie(themeCookie); err == nil && (theme(c.Value) == themeLight || theme(c.Value) == themeDark) {
		return theme(c.Value)
	}
	return themeSystem
}

func themeChoices(now theme) []choice {
	return []choice{
		{string(themeSystem), "Auto", "the theme of the system", now == themeSystem},
		{string(themeLight), "Light", "the light theme", now == themeLight},
		{string(themeDark), "Dark", "the dark theme", now == themeDark},
	}
}

// choices are the zones in which times can be shown.
func (c clock) choices() []choice {
	browser := "the zone of this browser, which needs JavaScript; UTC until it is known"
	if c.browser != nil {
		browser = c.browser.String()
	}
	return []choice{
		{string(zoneJob), "Job", "the zone of each job; UTC for what belongs to no job", c.mode == zoneJob},
		{string(zoneBrowser), "Browser", browser, c.mode == zoneBrowser},
		{string(zoneUTC), "UTC", "UTC", c.mode == zoneUTC},
	}
}

// prefer remembers what was chosen.
func prefer(v *visit) (outcome, error) {
	done := outcome{to: v.back("/")}
	for _, c := range []struct {
		field, cookie string
		choices       []choice
	}{{"theme", themeCookie, themeChoices("")}, {"zone", zoneCookie, v.clock.choices()}} {
		value := v.field(c.field)
		if value == "" {
			continue
		}
		if !has(c.choices, value) {
			return outcome{}, contract.Malformed("%q is not a valid %s", contract.Cut(value), c.field)
		}
		done.cookies = append(done.cookies, &http.Cookie{
			Name: c.cookie, Value: value, Path: "/", MaxAge: int(kept.Seconds()),
			HttpOnly: true, Secure: v.r.TLS != nil, SameSite: http.SameSiteLaxMode,
		})
	}
	return done, nil
}

func has(choices []choice, value string) bool {
	for _, c := range choices {
		if c.Value == value {
			return true
		}
	}
	return false
}
