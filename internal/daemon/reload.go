package daemon

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"curfew/bus/regular"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/supervisor/policy"
)

// watchEvery is how often the files are looked at that the runtime was configured from.
const watchEvery = 2 * time.Second

// reloads reads the job file again when o.Reload asks for it, and with o.Watch when it has changed, until ctx ends. What
// is wrong with it goes into the log, and then nothing changes.
func reloads(ctx context.Context, rt *engine.Runtime, o Options) {
	var look <-chan time.Time
	if o.Watch {
		ticker := time.NewTicker(watchEvery)
		defer ticker.Stop()
		look = ticker.C
	}
	taken := fingerprint(rt.Files())
	last := taken
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.Reload:
		case <-look:
			now := fingerprint(rt.Files())
			still := now == last // somebody may be writing it
			if last = now; now == taken || !still {
				continue
			}
			o.Log.Info("cron: the job file has changed")
		}
		taken = fingerprint(rt.Files()) // before it is read: a later change is another one
		_, err := rt.Reload(ctx)        // the runtime's log says what is wrong with it
		if errors.Is(err, engine.ErrHalfway) && !errors.Is(err, policy.ErrRefused) {
			taken = [sha256.Size]byte{} // the same again completes it
		}
	}
}

// fingerprint is that of the content of files. It is the content that counts, and not when a file was written: a
// ConfigMap changes by a link to another folder, an editor by another file, a network's file without a notice.
func fingerprint(files []string) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, path := range files {
		fmt.Fprintf(h, "%q ", path)
		f, err := regular.Open(path)
		if err != nil {
			fmt.Fprint(h, "none ")
			continue
		}
		n, _ := io.Copy(h, io.LimitReader(f, config.MaxFileSize+1)) // what cannot be read is not valid either
		fmt.Fprint(h, n, " ")
		_ = f.Close()
	}
	h.Sum(sum[:0])
	return sum
}
