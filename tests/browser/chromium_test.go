package browser

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// names are what a Chromium is called, in the order of preference.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"}

// find returns the path of the browser; empty: there is none.
func find() string {
	if *program != "" {
		return *program
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// shut ends the browser, if one was started.
var shut = func() {}

// chromium is the browser of all tests, and outlives the first. Each test has cookies and tabs of its own in it.
var chromium = sync.OnceValues(func() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(find()), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("lang", "en"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // the sandbox refuses root
	}
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, shutTab := chromedp.NewContext(allocator)
	shut = func() { shutTab(); end() }
	return ctx, chromedp.Do(ctx)
})

// needsBrowser starts the browser, or skips the test where there is none.
func needsBrowser(t testing.TB) context.Context {
	t.Helper()
	if find() == "" {
		t.Skip("there is no Chromium on the PATH, and -browser names none: the dashboard is not looked at")
	}
	ctx, err := chromium()
	if err != nil {
		t.Fatalf("start the browser %s: %v", find(), err)
	}
	return ctx
}
