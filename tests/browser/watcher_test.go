package browser

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// violations makes a page tell the console what its Content-Security-Policy has stopped.
const violations = `document.addEventListener("securitypolicyviolation",
	e => console.error("securitypolicyviolation: " + e.violatedDirective + " " + e.blockedURI + " " + e.sourceFile + ":" + e.lineNumber))`

// A watcher hears everything that a tab complains about, and everything that it asks for. Every tab of every test has one,
// and what it has heard fails the test: an error on the console, a breach of the policy, a failed request, a request to
// somebody else.
type watcher struct {
	origin string

	mu     sync.Mutex
	asked  map[network.RequestID]string
	faults []string
	fine   []*regexp.Regexp
}

// unused is Chromium's word for a connection that it has opened ahead and that was closed before it sent anything, which a
// loaded machine makes long. The page's stream of events begins again by itself (TestDaemonComesBack).
var unused = regexp.MustCompile(`net::ERR_SOCKET_NOT_CONNECTED .*/v1/events$|/v1/events fails: net::ERR_SOCKET_NOT_CONNECTED`)

func newWatcher(origin string) *watcher {
	return &watcher{origin: origin, asked: map[network.RequestID]string{}, fine: []*regexp.Regexp{unused}}
}

// allows says that a complaint is what the walk is about.
func (w *watcher) allows(pattern string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fine = append(w.fine, regexp.MustCompile(pattern))
}

// heard returns the complaints that the walk is not about.
func (w *watcher) heard() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.faults), func(fault string) bool {
		return slices.ContainsFunc(w.fine, func(r *regexp.Regexp) bool { return r.MatchString(fault) })
	})
}

// judge fails the test if a complaint was heard.
func (w *watcher) judge(t testing.TB) {
	for _, fault := range w.heard() {
		t.Errorf("the browser complains: %s", fault)
	}
}

// hear takes in an event of a tab.
func (w *watcher) hear(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		w.asked[e.RequestID] = e.Request.Method + " " + e.Request.URL
		if at, err := url.Parse(e.Request.URL); err != nil || !w.ours(at) {
			w.fault("request to another origin: %s", e.Request.URL)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			w.fault("%s is answered %d", w.asked[e.RequestID], e.Response.Status)
		}
	case *network.EventLoadingFailed:
		if !e.Canceled { // a page that is left calls off what it waits for
			w.fault("%s fails: %s %s", w.asked[e.RequestID], e.ErrorText, e.BlockedReason)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			w.fault("log: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		w.fault("exception: %s", thrown(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			w.fault("console: %s", said(e.Args))
		}
	case *audits.EventIssueAdded:
		if csp := e.Issue.Details.ContentSecurityPolicyIssueDetails; csp != nil {
			w.fault("the policy stops %s %s", csp.ViolatedDirective, csp.BlockedURL)
		}
	}
}

func (w *watcher) fault(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

// ours reports whether an address is the daemon's, or within the page.
func (w *watcher) ours(at *url.URL) bool {
	return at.Scheme == "data" || at.Scheme == "blob" || at.Scheme+"://"+at.Host == w.origin
}

func thrown(e *runtime.ExceptionDetails) string {
	if e.Exception != nil {
		return e.Text + " " + e.Exception.Description
	}
	return e.Text
}

func said(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		words = append(words, strings.Trim(string(a.Value), `"`)+a.Description)
	}
	return strings.Join(words, " ")
}
