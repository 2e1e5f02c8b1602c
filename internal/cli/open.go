package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
)

// open signs a browser in to the dashboard.
func (t *terminal) open() *cobra.Command {
	var printed bool
	var f contract.TicketFor
	c := &cobra.Command{
		Use: "open", Short: "Open the dashboard in a browser, signed in",
		Long: "Open the dashboard in a browser, signed in. The link works once, within 5 minutes; the browser stays signed in\n" +
			"for 30 days. Where there is no browser, the link is printed.",
		Args: noArgument,
	}
	c.Flags().BoolVar(&printed, "print", false, "print the link, and open nothing")
	c.Flags().BoolVar(&f.ReadOnly, "read-only", false, "the browser may look, and change nothing")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return ask(t, func(client *api.Client) (api.Reply[contract.Ticket], error) {
			return client.MakeTicket(c.Context(), f)
		}, func(s *sheet.Sheet, n contract.Ticket) {
			link := t.linkOf(n)
			if !printed && browse(c.Context(), link) {
				s.Line("the dashboard opens in the browser; if it does not, run `curfew open --print`")
				return
			}
			s.Line("open this link in a browser; it works once, within %s:", words.Span(time.Until(n.ExpiresAt.Time()).Round(time.Minute)))
			s.Quote(link)
			if os.Getenv("SSH_CONNECTION") != "" && t.remote() == "" {
				s.Line("for a browser of another machine, let ssh forward the port: %s", forwarding(n.URL))
			}
		})
	}
	return c
}

// linkOf is the link of a ticket, under the name by which the daemon was asked.
func (t *terminal) linkOf(n contract.Ticket) string {
	if url := t.remote(); url != "" {
		return strings.TrimRight(url, "/") + n.Path
	}
	return n.URL
}

// forwarding is how ssh brings the port of a URL to another machine.
func forwarding(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	at, _, _ := strings.Cut(rest, "/")
	port := at[strings.LastIndexByte(at, ':')+1:]
	return fmt.Sprintf("ssh -L %s:%s HOST", port, at)
}

// browse opens a link in the browser of the person, and reports whether there is one.
func browse(ctx context.Context, link string) bool {
	program := "xdg-open"
	if runtime.GOOS == "darwin" {
		program = "open"
	} else if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return false
	}
	path, err := exec.LookPath(program)
	if err != nil {
		return false
	}
	c := exec.CommandContext(context.WithoutCancel(ctx), path, link) // the browser stays when this command has gone
	if c.Start() != nil {
		return false
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		return err == nil
	case <-time.After(browseTimeout):
		return true
	}
}

// browseTimeout is how long a program that starts a browser may take to fail. Some of them wait for the browser.
const browseTimeout = 3 * time.Second
