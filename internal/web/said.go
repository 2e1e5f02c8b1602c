package web

import (
	"fmt"
	"net/http"
	"strings"

	"curfew/messages/text"
)

// What an order has done is said once by the next page. It travels in a cookie as a code with names, never as a text:
// the texts are ours.
const (
	saidCookie = "curfew_said"
	saidFor    = 60 // seconds
	maxSaid    = 256
)

// said is the code of a text and what it is about: names and numbers.
type said struct {
	code  string
	about []string
}

// aboutText is what a text can be about. Anything else is left out of the cookie.
var aboutText = text.Pattern(`^[A-Za-z0-9_,-]{1,80}$`) // a comma is one of a number

// say makes a [said].
func say(code string, about ...string) said { return said{code, about} }

// remember puts it into the cookie.
func (s said) remember(w http.ResponseWriter, r *http.Request) {
	if s.code == "" {
		return
	}
	parts := []string{s.code}
	for _, a := range s.about {
		if !aboutText().MatchString(a) {
			a = "_"
		}
		parts = append(parts, a)
	}
	http.SetCookie(w, &http.Cookie{
		Name: saidCookie, Value: strings.Join(parts, "."), Path: "/", MaxAge: saidFor,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
	})
}

// recall is the text of the cookie, which it removes; empty: there is none.
func (w *Web) recall(rw http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(saidCookie)
	if err != nil || r.Header.Get(liveHeader) != "" {
		return ""
	}
	http.SetCookie(rw, &http.Cookie{Name: saidCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
	if len(c.Value) > maxSaid {
		return ""
	}
	parts := strings.Split(c.Value, ".")
	text, ok := w.said[parts[0]]
	if !ok || strings.Count(text, "%s") != len(parts)-1 {
		return ""
	}
	about := make([]any, 0, len(parts))
	for _, a := range parts[1:] {
		if !aboutText().MatchString(a) {
			return ""
		}
		about = append(about, a)
	}
	return fmt.Sprintf(text, about...)
}
