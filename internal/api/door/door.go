// Package door decides who comes in over TCP: by which name the daemon is called, from which page, with which token. The
// socket of a data folder has no such door: the system lets only its owner in.
package door

import (
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"curfew/internal/contract"
)

// A Door stands before everything that is served over TCP.
type Door struct {
	Keys  Keys
	Hosts Hosts
	// Judges reports whether the handler of a request refuses what a [Reader] must not do by itself. Elsewhere the
	// method decides.
	Judges func(*http.Request) bool
	// Public reports whether a request is for what nobody needs to sign in for.
	Public func(*http.Request) bool
	// Refuse answers a request that does not come in.
	Refuse func(w http.ResponseWriter, r *http.Request, status int, text string)

	failures failures
	tickets  tickets
}

// Guard lets the requests in that may come in. Every path is behind it, also those that do not exist.
func (d *Door) Guard(inside http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !d.Hosts.knows(r.Host) {
			d.sendAway(w, r, http.StatusForbidden, fmt.Sprintf(
				"%q is not a name of this daemon; call it by its address, or start it with --allow-host NAME", contract.Cut(r.Host)))
			return
		}
		stranger := false
		if header := foreign(r); header != "" {
			if stranger = followed(r); !stranger {
				d.sendAway(w, r, http.StatusForbidden, "the request comes from a page of another site, by its "+header)
				return
			}
		}
		if d.Public(r) {
			inside.ServeHTTP(w, r.WithContext(contract.WithReadOnly(r.Context())))
			return
		}
		if stranger {
			d.sendAway(w, r, http.StatusUnauthorized, "this link was on a page of another site, so the browser did not show who you are")
			return
		}
		role, r, ok := d.role(w, r)
		if !ok {
			return
		}
		if role == Reader {
			r = r.WithContext(contract.WithReadOnly(r.Context()))
			if !reads(r.Method) && !d.Judges(r) {
				d.Refuse(w, r, http.StatusForbidden, "this token may only read; the one in api.token may do everything")
				return
			}
		}
		inside.ServeHTTP(w, r)
	})
}

// role finds out who asks: by a token, or by the cookie of a browser. If that is nobody, it has answered.
func (d *Door) role(w http.ResponseWriter, r *http.Request) (Role, *http.Request, bool) {
	if r.Header.Get("Authorization") == "" {
		if role, ours := d.byCookie(r); role != Nobody && ours {
			return role, asBrowser(r), true
		} else if role != Nobody {
			d.sendAway(w, r, http.StatusForbidden, "the browser does not say which page this order comes from")
			return Nobody, r, false
		}
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		d.sendAway(w, r, http.StatusForbidden, "the address of the caller is not known")
		return Nobody, r, false
	}
	now := time.Now()
	if wait := d.failures.wait(from.Addr(), now); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		d.sendAway(w, r, http.StatusTooManyRequests, "too many wrong tokens came from this address; wait, and ask again")
		return Nobody, r, false
	}
	token, given := bearer(r)
	if role := d.Keys.Role(token); given && role != Nobody {
		return role, r, true
	}
	text := "the request needs a header Authorization: Bearer TOKEN; the token is in api.token of the data folder"
	if given {
		d.failures.add(from.Addr(), now)
		text = "this token is not valid; the valid one is in api.token of the data folder"
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="curfew"`)
	d.sendAway(w, r, http.StatusUnauthorized, text)
	return Nobody, r, false
}

// sendAway refuses a stranger, and closes the connection: they keep no place of the bounded ones, and no body of theirs is
// read.
func (d *Door) sendAway(w http.ResponseWriter, r *http.Request, status int, text string) {
	w.Header().Set("Connection", "close")
	d.Refuse(w, r, status, text)
}

// bearer is the token of a request. It is never taken from the URL, which others log.
func bearer(r *http.Request) (token string, given bool) {
	all := r.Header.Values("Authorization")
	if len(all) != 1 {
		return "", len(all) > 1
	}
	scheme, token, _ := strings.Cut(all[0], " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}

// reads reports whether requests of a method only look.
func reads(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}
