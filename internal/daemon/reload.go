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

// Times of the watch on the job file.
const (
	watchEvery = 2 * time.Second  // between two looks at the files that the runtime was configured from, with o.Watch
	lookEvery  = 30 * time.Second // the same without; and between two readings of a file that would be refused
	maxPause   = time.Minute      // before a reload that has failed halfway is made again; the first pause is watchEvery
)

// reloads reads the job file again when o.Reload asks for it, and with o.Watch when it has changed, until ctx ends. What
// is wrong with it goes into the log, and then nothing changes. Without o.Watch a change is only looked at.
func reloads(ctx context.Context, rt *engine.Runtime, o Options) {
	every := lookEvery
	if o.Watch {
		every = watchEvery
	}
	look, refused := time.NewTicker(every), time.NewTicker(lookEvery)
	defer look.Stop()
	defer refused.Stop()
	var again <-chan time.Time // when a reload is made again; nil: the newest was completed
	pause := watchEvery
	taken := fingerprint(rt.Files())
	last := taken
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.Reload:
		case <-again:
		case <-look.C:
			now := fingerprint(rt.Files())
			still := now == last // somebody may be writing it
			if last = now; now == taken || !still {
				continue
			}
			if !o.Watch {
				taken = now
				rt.Look()
				continue
			}
			o.Log.Info("cron: the job file has changed")
		case <-refused.C: // what it is refused for may lie outside of it, such as a user that is made now
			if again != nil || rt.Refused() == "" {
				continue
			}
			if rt.Look(); rt.Refused() != "" || !o.Watch {
				continue
			}
			o.Log.Info("cron: the job file is valid now")
		}
		taken = fingerprint(rt.Files()) // before it is read: a later change is another one
		_, err := rt.Reload(ctx)        // the runtime's log says what is wrong with it
		if again = nil; !o.Watch || !completes(err) {
			pause = watchEvery
			continue
		}
		again = time.After(pause)
		pause = min(2*pause, maxPause)
	}
}

// completes reports whether the same reload again may complete what one with that error has left: also if the file was not
// valid, as one that cannot be read at the moment is not.
func completes(err error) bool {
	return errors.Is(err, engine.ErrHalfway) && !errors.Is(err, policy.ErrRefused)
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
