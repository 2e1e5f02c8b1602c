package door

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A cookie lets the browser of somebody in who has signed in to the dashboard. The daemon keeps none: a cookie is signed
// with a key that comes from the token of its role, so it outlives a restart and ends with its token.
const (
	cookieFor   = 30 * 24 * time.Hour // from the sign-in on
	cookieAhead = 24 * time.Hour      // how far the clock may have been set back since then
	cookieForm  = "1"                 // of its text, for those to come
)

// key is what cookies of a role are signed with.
func (k Keys) key(role Role) []byte {
	digest := k.owner
	if role == Reader {
		digest = k.reader
	}
	return sign(digest[:], "a cookie of the dashboard")
}

// cookieName is the name of the cookie. Cookies go to every port of a host, so the daemons of a host have other names.
func (k Keys) cookieName(secure bool) string {
	name := "curfew_" + hex.EncodeToString(sign(k.owner[:], "the name of the cookie of the dashboard")[:6])
	if secure {
		return "__Host-" + name // no other host can set it
	}
	return name
}

// cookie is a cookie for a role from now on.
func (k Keys) cookie(role Role, now time.Time, secure bool) *http.Cookie {
	text := strings.Join([]string{cookieForm, strconv.Itoa(int(role)), strconv.FormatInt(now.Unix(), 10)}, ".")
	return &http.Cookie{
		Name: k.cookieName(secure), Value: text + "." + base64.RawURLEncoding.EncodeToString(sign(k.key(role), text)),
		Path: "/", MaxAge: int(cookieFor.Seconds()), HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode,
	}
}

// cookieRole is the role that the cookie of a request has. Other cookies of the same name count as none.
func (k Keys) cookieRole(r *http.Request, now time.Time) Role {
	for _, c := range r.CookiesNamed(k.cookieName(r.TLS != nil)) {
		if role := k.roleOf(c.Value, now); role != Nobody {
			return role
		}
	}
	return Nobody
}

// roleOf is the role of the text of a cookie. The text is looked at only after its signature.
func (k Keys) roleOf(value string, now time.Time) Role {
	end := strings.LastIndexByte(value, '.')
	if end < 0 {
		return Nobody
	}
	text := value[:end]
	signature, err := base64.RawURLEncoding.Strict().DecodeString(value[end+1:])
	if err != nil {
		return Nobody
	}
	for _, role := range []Role{Owner, Reader} {
		if !hmac.Equal(signature, sign(k.key(role), text)) {
			continue
		}
		parts := strings.Split(text, ".")
		if len(parts) != 3 || parts[0] != cookieForm || parts[1] != strconv.Itoa(int(role)) {
			return Nobody
		}
		unix, err := strconv.ParseInt(parts[2], 10, 64)
		if age := now.Sub(time.Unix(unix, 0)); err != nil || age >= cookieFor || age < -cookieAhead {
			return Nobody
		}
		return role
	}
	return Nobody
}

func sign(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}
