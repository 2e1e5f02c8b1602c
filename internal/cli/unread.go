package cli

import (
	"context"
	"errors"
	"time"
)

// errUnread ends a command that follows something and has lost its reader.
var errUnread = errors.New("nobody reads standard output any more")

// lookEvery bounds one wait for the loss of the reader, so that the waiting goroutine ends soon after the command does.
const lookEvery = time.Second

// whileRead is a context that also ends when standard output is a pipe that nobody reads any more, as in
// `curfew run logs -f ID | head -1`. Without it the command would go on until it writes its next line, which may be
// hours away. The caller calls release in any case.
func (t *terminal) whileRead(ctx context.Context) (read context.Context, release func()) {
	out, ok := t.out.file()
	if !ok {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	fd := out.Fd()
	go func() {
		for ctx.Err() == nil {
			gone, err := hungUp(fd, lookEvery)
			if err != nil {
				return
			}
			if gone {
				cancel(errUnread)
			}
		}
	}()
	return ctx, func() { cancel(nil) }
}
