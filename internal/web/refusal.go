package web

import (
	"cmp"
	"net/http"

	"go.uber.org/zap"

	"curfew/messages/text"
)

// refusal is the model of an error's page.
type refusal struct {
	Status int
	Text   []piece // what happened and what to do
	Again  string  // the address to ask for once more; empty: it was an order
	SignIn bool    // nobody has signed in
}

// titles are the headings of errors.
var titles = map[int]string{
	http.StatusBadRequest:          "This cannot be understood",
	http.StatusUnauthorized:        "Sign in",
	http.StatusForbidden:           "Not allowed",
	http.StatusNotFound:            "Not found",
	http.StatusMethodNotAllowed:    "Not allowed",
	http.StatusConflict:            "Not possible at present",
	http.StatusPreconditionFailed:  "Somebody has changed it",
	http.StatusUnprocessableEntity: "Not accepted",
	http.StatusTooManyRequests:     "Too many tries",
	http.StatusServiceUnavailable:  "Not now",
}

// fail answers with the page of an error.
func (v *visit) fail(rw http.ResponseWriter, err error) {
	status, said := v.Problem(err)
	if v.ctx.Err() != nil && status == http.StatusInternalServerError {
		status, said = http.StatusServiceUnavailable, "the daemon could not answer in time; look whether it was done before you repeat it"
	}
	if status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable {
		v.Log.Error("web: request failed", zap.String("method", v.r.Method), zap.String("path", v.r.URL.Path), zap.Error(err))
	}
	v.refuse(rw, status, said)
}

// refuse answers with the page of a refusal. It shows nothing of the runtime.
func (v *visit) refuse(rw http.ResponseWriter, status int, said string) {
	title, ok := titles[status]
	if !ok {
		title = "Something went wrong"
	}
	f := v.around(title)
	if v.stranger {
		f = v.bare(title)
	}
	m := refusal{Status: status, Text: pieces(text.OneLine(said)), SignIn: status == http.StatusUnauthorized}
	switch {
	case v.r.Method == http.MethodGet && v.r.URL.Path != openPath:
		m.Again = f.Path
	case m.SignIn:
		m.Again = v.back("/")
	}
	v.send(rw, "refusal", f, answer{model: m, status: status})
}

// Refuse answers a browser that does not come in, which is a stranger then, or asks for what there is not.
func (w *Web) Refuse(rw http.ResponseWriter, r *http.Request, status int, said string, stranger bool) {
	v, cancel := w.visiting(r, false)
	defer cancel()
	v.stranger = stranger
	if status == http.StatusUnauthorized && r.Method == http.MethodGet {
		said = cmp.Or(w.recall(rw, r),
			"This browser is not signed in: nobody has done that yet, it was more than 30 days ago, or the token of the API was replaced since.")
		said += " Run `curfew open`, or sign in with the token below."
		if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
			said = "This page was opened from another site, so the browser has not shown who you are. Choose Try again."
		}
	}
	v.refuse(rw, status, said)
}
