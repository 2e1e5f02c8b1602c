package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"curfew/internal/contract"
	"curfew/messages"
)

// Bounds of what a browser sends.
const (
	maxForm  = 1 << 20 // bytes of a form
	maxField = 200     // bytes of a field of a filter
)

// A visit is one request.
type visit struct {
	*Web
	ctx   context.Context
	r     *http.Request
	clock clock

	stranger bool // nobody knows who it is
}

// mayWrite reports whether who asks may change something.
func (v *visit) mayWrite() bool { return contract.MayWrite(v.ctx) }

// name is a variable of the path.
func (v *visit) name(variable string) string { return v.r.PathValue(variable) }

// filter is a member of the query, without blanks around it; empty: it is not there. What is too long for any filter
// selects nothing, so it is refused.
func (v *visit) filter(name string) (string, error) { return filterText(v.r.URL.Query(), name) }

func filterText(from url.Values, name string) (string, error) {
	text := strings.TrimSpace(from.Get(name))
	if len(text) > maxField || !utf8.ValidString(text) {
		return "", contract.Malformed("%s is not valid: it is a text of at most %d bytes", name, maxField)
	}
	return text, nil
}

// list is the part of a list that the query selects: its members limit and after.
func (v *visit) list(usual int) (contract.Page, error) {
	p := contract.Page{Limit: usual}
	after, err := v.filter("after")
	if err != nil {
		return p, err
	}
	p.After = after
	if text := v.r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > contract.MaxLimit {
			return p, contract.Malformed("%q is not a valid limit; it is a number from 1 to %d", contract.Cut(text), contract.MaxLimit)
		}
		p.Limit = n
	}
	return p, nil
}

// with is the path and query of this page with another member of the query; empty: without it. It begins the list anew.
func (v *visit) with(name, value string) string {
	q := v.r.URL.Query()
	q.Del("after")
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	return pathWith(v.r.URL.Path, q)
}

func pathWith(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// field is a member of the form of an order. It is not cut: the backend bounds what it takes.
func (v *visit) field(name string) string { return v.r.PostFormValue(name) }

// ordering is the context of an order: a form that is sent twice is one order, and one for another version of a job is
// refused. The fields once and version say so.
func (v *visit) ordering() context.Context {
	ctx := v.ctx
	if once := v.field("once"); once != "" {
		ctx = contract.Once(ctx, once)
	}
	if version := v.field("version"); version != "" {
		ctx = contract.OnlyIf(ctx, contract.Match(strconv.Quote(version)))
	}
	return ctx
}

// back is where an order goes on: the field back if it is a path of the dashboard, else the fallback.
func (v *visit) back(fallback string) string { return local(v.field("back"), fallback) }

// local is a path with its query if it stays at this site, else the fallback.
func local(path, fallback string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return fallback
	}
	return u.RequestURI()
}

// moment is an instant for the page. The zone is that of the job that it belongs to; empty: it belongs to none.
func (v *visit) moment(at messages.Instant, zone string) moment { return v.clock.moment(at, zone) }
