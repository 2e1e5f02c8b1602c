package cli

import (
	"context"
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// errUnread ends a command that follows something: there is nobody left to tell.
var errUnread = errors.New("nobody reads standard output any more")

// lookEvery is how often a command that follows something asks whether it still has a reader, besides at once
// when it loses it: so that the asking ends with the command.
const lookEvery = time.Second

// whileRead is a context that also ends when standard output is a pipe that nobody reads any more, as in
// `curfew run logs -f ID | head -1`: the next line may be hours away. Release is to be called in any case.
func (t *terminal) whileRead(ctx context.Context) (read context.Context, release func()) {
	out, ok := t.out.(*os.File)
	if !ok {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	fd := int32(out.Fd())
	go func() {
		for ctx.Err() == nil {
			fds := []unix.PollFd{{Fd: fd}}
			_, err := unix.Poll(fds, int(lookEvery.Milliseconds()))
			switch {
			case errors.Is(err, unix.EINTR):
			case err != nil:
				return
			case fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0:
				cancel(errUnread)
			}
		}
	}()
	return ctx, func() { cancel(nil) }
}
