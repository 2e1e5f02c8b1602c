package web

import (
	"net/http"
	"strings"

	"curfew/internal/contract"
)

// A Door lets browsers in over TCP: it takes a ticket or a token for a cookie.
type Door interface {
	// Redeem takes a ticket, which works once.
	Redeem(r *http.Request, ticket string) (*http.Cookie, error)
	// Present takes a token of the API.
	Present(r *http.Request, token string) (*http.Cookie, error)
	// SignedIn reports whether the browser has a valid cookie.
	SignedIn(r *http.Request) bool
	// Leave is the cookie that signs the browser out.
	Leave(r *http.Request) *http.Cookie
}

// The paths of signing in. Everybody may ask for them: they show nothing, and change nothing of the runtime.
const (
	openPath    = "/open"
	signInPath  = "/sign-in"
	signOutPath = "/sign-out"
)

// signing is how browsers come in and leave.
func signing() section {
	return section{
		files: []file{{path: openPath, public: true, serve: open}},
		orders: []order{
			{path: signInPath, free: true, public: true, do: signIn},
			{path: signOutPath, free: true, public: true, do: signOut},
		},
		said: map[string]string{"signed-out": "This browser is signed out."},
	}
}

// noDoor is the refusal of a daemon without TCP.
func noDoor() error {
	return contract.NotFound("nobody signs in here: the daemon does not listen on TCP")
}

// open takes the ticket of a link. The next page is asked for by a page of ours if the link was on one of another site:
// the cookie would not come along with what follows from that one.
func open(v *visit, rw http.ResponseWriter) error {
	switch {
	case v.Door == nil:
		return noDoor()
	case v.r.Method != http.MethodGet || strings.Contains(v.r.Header.Get("Sec-Purpose"), "prefetch"):
		return contract.Unavailable("a look ahead does not sign in") // the ticket is for who comes then
	}
	c, err := v.Door.Redeem(v.r, v.r.URL.Query().Get("ticket"))
	switch {
	case err == nil:
		http.SetCookie(rw, c)
	case !v.Door.SignedIn(v.r): // else it was opened twice
		return err
	}
	if site := v.r.Header.Get("Sec-Fetch-Site"); site == "" || site == "none" || site == "same-origin" {
		rw.Header().Set("Location", "/")
		rw.WriteHeader(http.StatusSeeOther)
		return nil
	}
	f := v.bare("Signed in")
	f.Onward = "/"
	v.send(rw, "signed-in", f, answer{})
	return nil
}

// signIn takes a token that somebody has typed in.
func signIn(v *visit) (outcome, error) {
	if v.Door == nil {
		return outcome{}, noDoor()
	}
	c, err := v.Door.Present(v.r, strings.TrimSpace(v.field("token")))
	if err != nil {
		return outcome{}, err
	}
	return outcome{to: v.back("/"), cookies: []*http.Cookie{c}}, nil
}

// signOut lets the browser forget its cookie.
func signOut(v *visit) (outcome, error) {
	if v.Door == nil {
		return outcome{}, noDoor()
	}
	return outcome{to: "/", said: say("signed-out"), cookies: []*http.Cookie{v.Door.Leave(v.r)}}, nil
}
