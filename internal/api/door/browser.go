package door

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"curfew/internal/contract"
)

// browserCaller is the name of who gives orders from the dashboard.
const browserCaller = "dashboard"

// Why a browser is not signed in.
var (
	ErrTicket = errors.New("this link was used already, or is older than 5 minutes; run `curfew open` for a new one")
	ErrToken  = errors.New("this token is not valid; the valid one is in api.token of the data folder")
	ErrWait   = errors.New("too many wrong tokens came from this address; wait a minute, and try again")
)

// Ticket makes a ticket that signs a browser in once, until a time.
func (d *Door) Ticket(readOnly bool) (text string, until time.Time) {
	role := Owner
	if readOnly {
		role = Reader
	}
	return d.tickets.issue(role, time.Now())
}

// Redeem takes a ticket for the cookie that lets the browser in.
func (d *Door) Redeem(r *http.Request, text string) (*http.Cookie, error) {
	now := time.Now()
	role := d.tickets.take(text, now)
	if role == Nobody {
		return nil, ErrTicket
	}
	return d.Keys.cookie(role, now, r.TLS != nil), nil
}

// Present takes a token of the API for the cookie that lets the browser in. A wrong one counts as one in a header does.
func (d *Door) Present(r *http.Request, token string) (*http.Cookie, error) {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return nil, ErrToken
	}
	now := time.Now()
	if d.failures.wait(from.Addr(), now) > 0 {
		return nil, ErrWait
	}
	role := d.Keys.Role(token)
	if role == Nobody {
		d.failures.add(from.Addr(), now)
		return nil, ErrToken
	}
	return d.Keys.cookie(role, now, r.TLS != nil), nil
}

// SignedIn reports whether the cookie of a request lets its browser in.
func (d *Door) SignedIn(r *http.Request) bool { return d.Keys.cookieRole(r, time.Now()) != Nobody }

// Leave is a cookie that takes the place of the one that lets a browser in.
func (d *Door) Leave(r *http.Request) *http.Cookie {
	c := d.Keys.cookie(Nobody, time.Now(), r.TLS != nil)
	c.Value, c.MaxAge = "", -1
	return c
}

// byCookie reports the role of a request by its cookie. An order has to say that it comes from a page of ours: the browser
// alone adds the cookie, so it proves nothing of who asks.
func (d *Door) byCookie(r *http.Request) (role Role, ours bool) {
	role = d.Keys.cookieRole(r, time.Now())
	ours = reads(r.Method) || r.Header.Get("Sec-Fetch-Site") == "same-origin" || r.Header.Get("Origin") != "" // no foreign one came here
	return role, ours
}

// followed reports whether a person has followed a link of another page to here. Then the browser shows a page, to that
// person alone, and has not sent the cookie.
func followed(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Origin") == "" &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// asBrowser is a request with who asks by a cookie.
func asBrowser(r *http.Request) *http.Request {
	ctx := context.WithValue(r.Context(), browserKey{}, true)
	return r.WithContext(contract.WithCaller(ctx, func() string { return browserCaller }))
}

type browserKey struct{}

// IsBrowser reports whether who asks has come in by a cookie.
func IsBrowser(ctx context.Context) bool { return ctx.Value(browserKey{}) != nil }
