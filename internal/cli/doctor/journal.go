package doctor

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/dustin/go-humanize"
)

// Journal reads the journal as an export does, which looks at every checksum, until ctx ends.
func Journal(ctx context.Context, export func(io.Writer) error) Finding {
	lines := &counter{ctx: ctx}
	err := export(lines)
	records := humanize.Comma(int64(lines.n))
	switch {
	case errors.Is(err, errTime):
		return ok("journal", "the first %s records are whole; `curfew journal export` looks at all", records)
	case errors.Is(err, fs.ErrPermission): // it is nothing that a backup would mend
		return fail("journal", "run this as the user of the daemon, whose folder it is", "%v", err)
	case err != nil:
		return fail("journal", "`curfew journal export` saves what is before it, `curfew journal restore` puts a backup in its place", "%v", err)
	}
	return ok("journal", "%s records are whole", records)
}

// errTime ends an export when its time is up.
var errTime = errors.New("the time is up")

// counter counts lines.
type counter struct {
	ctx context.Context
	n   int
}

func (c *counter) Write(p []byte) (int, error) {
	if c.ctx.Err() != nil {
		return 0, errTime
	}
	c.n += bytes.Count(p, []byte("\n"))
	return len(p), nil
}
