package browser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"curfew/tests/patience"
)

// pause is the time between two looks at a page that is waited for.
const pause = 20 * time.Millisecond

// A visitor is a person at a browser: one tab, and the cookies of its own.
type visitor struct {
	t testing.TB
	*watcher
	base string // the origin of the daemon
	ctx  context.Context
}

// visits opens an empty tab with no cookies. It is watched until the test ends.
func visits(t testing.TB, base string) *visitor {
	t.Helper()
	return opens(needsBrowser(t), t, base, chromedp.WithNewBrowserContext())
}

// tab opens another tab of the visitor.
func (v *visitor) tab() *visitor {
	v.t.Helper()
	return opens(v.ctx, v.t, v.base)
}

func opens(parent context.Context, t testing.TB, base string, options ...chromedp.ContextOption) *visitor {
	t.Helper()
	v := &visitor{t: t, base: base, watcher: newWatcher(base)}
	ctx, shut := chromedp.NewContext(parent, append(options, chromedp.WithListener(v.hear))...)
	v.ctx = ctx
	t.Cleanup(func() {
		shut()
		v.judge(t)
	})
	if err := chromedp.Do(ctx); err != nil { // not bounded: the tab lives as long as the context of its first step
		t.Fatalf("open a tab: %v", err)
	}
	v.do("watch a tab", chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, audits.Enable, cdp.Empty{})
		if err == nil {
			_, err = cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: violations})
		}
		return err
	}))
	return v
}

// do runs a step in the tab. The limit only ends a browser that hangs.
func (v *visitor) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, patience.Limit)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		v.t.Fatalf("%s: %v\n%s", what, err, v.scene())
	}
}

// goes opens a path of the dashboard.
func (v *visitor) goes(path string) {
	v.t.Helper()
	v.do("open "+strings.Split(path, "?")[0], chromedp.Navigate(v.base+path))
}

// withoutScripts switches JavaScript off in this tab.
func (v *visitor) withoutScripts() {
	v.t.Helper()
	v.do("switch JavaScript off", chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// value returns what an expression of JavaScript is in the page.
func value[T any](v *visitor, expression string) T {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, patience.Limit)
	defer stop()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		v.t.Fatalf("%s: %v\n%s", expression, err, v.scene())
	}
	return got
}

// until waits for a condition of the page, also across a navigation, which chromedp.Poll does not survive.
func (v *visitor) until(what, condition string) {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, patience.Limit)
	defer stop()
	for {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("Boolean(%s)", condition)))
		switch {
		case err == nil && is:
			return
		case ctx.Err() != nil:
			v.t.Fatalf("waited in vain for %s: %s\n%s", what, condition, v.scene())
		case err != nil && broken(err):
			v.t.Fatalf("%s: %v\n%s", condition, err, v.scene())
		}
		time.Sleep(pause)
	}
}

// broken reports whether a condition throws, which it always will. Other errors come from a page that is being left.
func broken(err error) bool {
	var thrown *chromedp.ExceptionError
	return errors.As(err, &thrown) && strings.Contains(err.Error(), "SyntaxError")
}

// scene is what the tab shows, for the message of a failed test.
func (v *visitor) scene() string {
	ctx, stop := context.WithTimeout(v.ctx, 10*time.Second)
	defer stop()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.body ? document.body.innerText : "")`))
	if err != nil {
		return fmt.Sprintf("(the page says nothing: %v)", err)
	}
	return fmt.Sprintf("the page:\n%.4000s\ncomplaints: %q", text, v.heard())
}

// mark leaves a mark in the page, which does not survive a reload.
func (v *visitor) mark() {
	v.t.Helper()
	value[bool](v, `window.marked = true`)
}

// marked fails the test if the page has been loaded again since the mark.
func (v *visitor) marked() {
	v.t.Helper()
	if !value[bool](v, `window.marked === true`) {
		v.t.Error("the page was loaded again")
	}
}
