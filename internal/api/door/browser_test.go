package door

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/internal/contract"
)

func keys(t *testing.T) Keys {
	t.Helper()
	dir := t.TempDir()
	k, err := ReadKeys(filepath.Join(dir, "owner"), filepath.Join(dir, "reader"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestCookie: a cookie has the role that it was made for, for 30 days, as long as the token of the role is the same.
func TestCookie(t *testing.T) {
	k, other := keys(t), keys(t)
	now := time.Unix(1_800_000_000, 0)
	owner, reader := k.cookie(Owner, now, false), k.cookie(Reader, now, true)
	if !owner.HttpOnly || owner.SameSite != http.SameSiteStrictMode || owner.Path != "/" || owner.MaxAge <= 0 || owner.Secure || !reader.Secure {
		t.Errorf("%v, %v", owner, reader)
	}
	if !strings.HasPrefix(reader.Name, "__Host-curfew_") || owner.Name == other.cookieName(false) {
		t.Errorf("the names are %s, %s, and of another daemon %s", owner.Name, reader.Name, other.cookieName(false))
	}
	changed := Keys{owner: other.owner, reader: k.reader}
	mac := owner.Value[strings.LastIndexByte(owner.Value, '.'):]
	for _, tt := range []struct {
		name  string
		keys  Keys
		value string
		after time.Duration
		want  Role
	}{
		{"at once", k, owner.Value, 0, Owner},
		{"a reader's", k, reader.Value, 0, Reader},
		{"on the last day", k, owner.Value, cookieFor - time.Second, Owner},
		{"too old", k, owner.Value, cookieFor, Nobody},
		{"the clock was set back an hour", k, owner.Value, -time.Hour, Owner},
		{"the clock was set back a week", k, owner.Value, -7 * 24 * time.Hour, Nobody},
		{"the token has changed", changed, owner.Value, 0, Nobody},
		{"the other token has changed", changed, reader.Value, 0, Reader},
		{"of another daemon", other, owner.Value, 0, Nobody},
		{"a reader's, made an owner's", k, strings.Replace(reader.Value, "1.1.", "1.2.", 1), 0, Nobody},
		{"made younger", k, strings.Replace(owner.Value, "1800000000", "1900000000", 1), 0, Nobody},
		{"without a signature", k, owner.Value[:len(owner.Value)-len(mac)], 0, Nobody},
		{"with half a signature", k, owner.Value[:len(owner.Value)-4], 0, Nobody},
		{"with more behind it", k, owner.Value + "A", 0, Nobody},
		{"empty", k, "", 0, Nobody},
		{"only dots", k, "...", 0, Nobody},
		{"only a signature", k, mac, 0, Nobody},
	} {
		if got := tt.keys.roleOf(tt.value, now.Add(tt.after)); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// TestTickets: a ticket is good once, for five minutes; of too many the oldest goes.
func TestTickets(t *testing.T) {
	var all tickets
	now := time.Unix(1_800_000_000, 0)
	owner, until := all.issue(Owner, now)
	reader, _ := all.issue(Reader, now)
	old, _ := all.issue(Owner, now)
	if len(owner) < 26 || until != now.Add(ticketFor) {
		t.Errorf("%q until %v", owner, until)
	}
	for _, tt := range []struct {
		text  string
		after time.Duration
		want  Role
	}{
		{"", 0, Nobody}, {owner[1:], 0, Nobody}, {owner, 0, Owner}, {owner, 0, Nobody}, {reader, ticketFor - 1, Reader}, {old, ticketFor, Nobody}, {old, 0, Nobody},
	} {
		if got := all.take(tt.text, now.Add(tt.after)); got != tt.want {
			t.Errorf("%+v is %d", tt, got)
		}
	}
	first, _ := all.issue(Owner, now)
	for range maxTickets {
		all.issue(Owner, now)
	}
	if got := all.take(first, now); len(all.all) != maxTickets || got != Nobody {
		t.Errorf("%d tickets are kept, and the first is %d", len(all.all), got)
	}
}

// TestBrowsers: what a cookie opens, and what it does not.
func TestBrowsers(t *testing.T) {
	d := &Door{Keys: keys(t), Hosts: NewHosts()}
	d.Public = func(r *http.Request) bool { return r.URL.Path == "/open" }
	d.Judges = func(r *http.Request) bool { return r.URL.Path == "/jobs" }
	d.Refuse = func(w http.ResponseWriter, _ *http.Request, status int, text string) { http.Error(w, text, status) }
	inside := d.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if who := contract.Caller(r.Context()); IsBrowser(r.Context()) != (who == browserCaller) {
			t.Errorf("the caller is %s", who)
		}
		if !contract.MayWrite(r.Context()) {
			w.WriteHeader(http.StatusNonAuthoritativeInfo)
		}
	}))
	owner, reader := d.Keys.cookie(Owner, time.Now(), false), d.Keys.cookie(Reader, time.Now(), false)
	forged := &http.Cookie{Name: owner.Name, Value: owner.Value[:len(owner.Value)-1] + "!"}
	const in, readOnly = http.StatusOK, http.StatusNonAuthoritativeInfo
	ours, none := []string{"Sec-Fetch-Site: same-origin"}, []string(nil)
	for _, tt := range []struct {
		name, method, path string
		cookie             *http.Cookie
		headers            []string
		want               int
	}{
		{"a page", "GET", "/", owner, none, in},
		{"the API", "GET", "/v1/jobs", owner, none, in},
		{"a page for a reader", "GET", "/", reader, none, readOnly},
		{"an order", "POST", "/v1/jobs/a/run", owner, ours, in},
		{"an order by its origin", "POST", "/jobs", owner, []string{"Origin: http://127.0.0.1:7717"}, in},
		{"an order from nowhere", "POST", "/v1/jobs/a/run", owner, none, 403},
		{"an order from the address bar", "POST", "/jobs", owner, []string{"Sec-Fetch-Site: none"}, 403},
		{"an order of another site", "POST", "/jobs", owner, []string{"Origin: https://evil.example.com"}, 403},
		{"an order of another port", "POST", "/jobs", owner, []string{"Origin: http://127.0.0.1:7718", "Sec-Fetch-Site: same-site"}, 403},
		{"an order of a page without an origin", "POST", "/jobs", owner, []string{"Origin: null"}, 403},
		{"an order of a reader", "POST", "/v1/jobs/a/run", reader, ours, 403},
		{"an order that is judged inside", "POST", "/jobs", reader, ours, readOnly},
		{"another port reads", "GET", "/v1/jobs", owner, []string{"Sec-Fetch-Site: same-site"}, 403},
		{"a foreign frame", "GET", "/", owner, []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"}, 403},
		{"a link of another site", "GET", "/", owner, []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}, 401},
		{"a form of another site", "POST", "/jobs", owner, []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}, 403},
		{"a forged cookie", "GET", "/", forged, none, 401},
		{"a forged cookie beside a wrong name", "GET", "/", forged, []string{"Host: evil.example.com"}, 403},
		{"a good cookie under a wrong name", "GET", "/", owner, []string{"Host: evil.example.com"}, 403},
		{"a wrong token outranks a cookie", "GET", "/", owner, []string{"Authorization: Bearer nonsense"}, 401},
		{"what is public", "GET", "/open", nil, none, readOnly},
		{"what is public, by a link", "GET", "/open", nil, []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}, readOnly},
		{"what is public, by a script", "GET", "/open", nil, []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors"}, 403},
		{"what is public, by a form", "POST", "/open", nil, []string{"Origin: https://evil.example.com"}, 403},
		{"what is public, under a wrong name", "GET", "/open", nil, []string{"Host: evil.example.com"}, 403},
	} {
		r := httptest.NewRequest(tt.method, "http://127.0.0.1:7717"+tt.path, nil)
		if tt.cookie != nil {
			r.AddCookie(tt.cookie)
		}
		for _, h := range tt.headers {
			name, value, _ := strings.Cut(h, ": ")
			if r.Header.Set(name, value); name == "Host" {
				r.Host = value
			}
		}
		w := httptest.NewRecorder()
		if inside.ServeHTTP(w, r); w.Code != tt.want {
			t.Errorf("%s: %d %s, want %d", tt.name, w.Code, w.Body, tt.want)
		}
	}
}

// TestSignIn: tokens that are typed in are counted like those in headers; who has come in stays in meanwhile.
func TestSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		k, err := ReadKeys(filepath.Join(dir, "owner"), filepath.Join(dir, "reader"))
		if err != nil {
			t.Fatal(err)
		}
		token, err := readKey(filepath.Join(dir, "owner"))
		if err != nil {
			t.Fatal(err)
		}
		d := &Door{Keys: k, Hosts: NewHosts()}
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:7717/sign-in", nil)
		c, err := d.Present(r, token)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(c)
		for range mostFailures {
			if _, err := d.Present(r, token+"x"); !errors.Is(err, ErrToken) {
				t.Fatalf("a wrong token: %v", err)
			}
		}
		if _, err := d.Present(r, token); !errors.Is(err, ErrWait) {
			t.Errorf("after too many wrong tokens: %v", err)
		}
		if !d.SignedIn(r) {
			t.Error("who was in is out")
		}
		time.Sleep(failureRest)
		if _, err := d.Present(r, token); err != nil {
			t.Errorf("after a rest: %v", err)
		}
		left := d.Leave(r)
		if left.Name != c.Name || left.MaxAge >= 0 || left.Value != "" {
			t.Errorf("it leaves by %v", left)
		}
		text, _ := d.Ticket(true)
		if c, err := d.Redeem(r, text); err != nil || k.roleOf(c.Value, time.Now()) != Reader {
			t.Errorf("a ticket for a reader: %v, %v", c, err)
		}
		if _, err := d.Redeem(r, text); !errors.Is(err, ErrTicket) {
			t.Errorf("used again: %v", err)
		}
	})
}
