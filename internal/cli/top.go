package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"curfew/bus/sleep"
	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// How often the screen of top is drawn.
const (
	drawEvery = time.Second            // at the latest: elapsed times go on
	drawPause = 200 * time.Millisecond // at the earliest, however much happens
)

// What a terminal is told: another screen for as long as top runs, without a cursor.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l"
	leaveScreen = "\x1b[?25h\x1b[?1049l"
	clearLine   = "\x1b[K"  // to its end
	clearBelow  = "\x1b[0J" // from the cursor on
	home        = "\x1b[1;1H"
)

func (t *terminal) top() *cobra.Command {
	return &cobra.Command{
		Use: "top", Short: "Show live what runs, waits, fails and is next; q ends it", Args: noArgument,
		Long: "Show live what runs, waits, fails and is next; q ends it.\n\nWhere there is no terminal this is `curfew status`.",
		RunE: func(c *cobra.Command, _ []string) error {
			if t.programs() || !isTerminal(t.out) || !isTerminal(t.in) {
				return ask(t, func(client *api.Client) (api.Reply[contract.Status], error) { return client.Status(c.Context()) }, showStatus)
			}
			return t.live(c.Context())
		},
	}
}

// live draws the screen until ctx ends or somebody types q.
func (t *terminal) live(ctx context.Context) error {
	in := t.in.(*os.File)
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return fmt.Errorf("read keys from the terminal: %w", err)
	}
	fmt.Fprint(t.out, enterScreen)
	defer func() {
		fmt.Fprint(t.out, leaveScreen)
		_ = term.Restore(int(in.Fd()), before) // the terminal is gone otherwise
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		quits(in)
		cancel()
	}()
	happened := make(chan struct{}, 1)
	go t.listen(ctx, happened)
	for ctx.Err() == nil {
		t.draw(ctx)
		pause, stop := context.WithTimeout(ctx, drawEvery)
		select {
		case <-pause.Done():
		case <-happened:
		}
		stop()
		if sleep.For(ctx, drawPause) != nil {
			break
		}
	}
	return nil
}

// quits returns when somebody types q or Ctrl-C, which is a key like others now.
func quits(in io.Reader) {
	key := make([]byte, 1)
	for {
		if _, err := in.Read(key); err != nil || key[0] == 'q' || key[0] == 'Q' || key[0] == 3 {
			return
		}
	}
}

// listen tells when something has happened, until ctx ends. A daemon that is gone is looked for again.
func (t *terminal) listen(ctx context.Context, happened chan<- struct{}) {
	for ctx.Err() == nil {
		_ = t.withDaemon(func(c *api.Client) error { // the screen says what is wrong
			return c.Events(ctx, contract.EventQuery{}, func(messages.Record) error {
				select {
				case happened <- struct{}{}:
				default:
				}
				return nil
			})
		})
		_ = sleep.For(ctx, drawEvery)
	}
}

// draw asks for everything at a glance and shows as much of it as the terminal has lines.
func (t *terminal) draw(ctx context.Context) {
	var page bytes.Buffer
	s := t.screen()
	s.Out = &page
	err := t.withDaemon(func(c *api.Client) error {
		now, err := c.Status(ctx)
		if err == nil {
			banner(s, now.Body.Sessions)
			showStatus(s, now.Body)
			s.Close()
		}
		return err
	})
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		page.Reset()
		s.Line("%s", err)
	}
	_, rows, sized := t.out.size()
	if sized != nil {
		rows = unknownRows
	}
	_, _ = t.out.Write(fitted(page.Bytes(), rows)) // a terminal that is gone ends the keys, too
}

// unknownRows is the assumed height of a terminal that does not tell its own.
const unknownRows = 24

// fitted is a page as the terminal is told it: each line takes the place of the one before, and there are not more than
// rows.
func fitted(page []byte, rows int) []byte {
	lines := bytes.Split(bytes.TrimRight(page, "\n"), []byte("\n"))
	if len(lines) > rows {
		lines = append(lines[:rows-1:rows-1], fmt.Appendf(nil, "… %d lines more", len(lines)-rows+1))
	}
	out := []byte(home)
	for i, line := range lines {
		if i > 0 {
			out = append(out, "\r\n"...) // in raw mode a line feed alone does not go back
		}
		out = append(append(out, line...), clearLine...)
	}
	return append(out, clearBelow...)
}

// banner says first of all which gates are closed.
func banner(s *sheet.Sheet, sessions []contract.Session) {
	shut := false
	for _, one := range sessions {
		if one.State == messages.StateOpen {
			continue
		}
		shut = true
		s.Fields("SESSION "+one.Name, sheet.Cell{
			Text: fmt.Sprintf("%s since %s: %s; %s held", one.State, s.When(one.Since), why(s, one), words.Count(one.Held, "run")),
			Tone: sheet.Bad,
		})
	}
	if shut {
		s.Line("")
	}
}
