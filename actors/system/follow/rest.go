package follow

import (
	"context"
	"time"
)

// restLook is how often a reader that rests looks whether it still has to.
const restLook = 20 * time.Millisecond

// Rest is for readers that can do without the newest records: it returns when nobody needs the cores more, which is when
// others says no, when somebody asks, which may be nil, or when ctx ends. Whoever gives others bounds for how long it
// says yes; nil never does.
func Rest(ctx context.Context, others func() bool, asked Signal) {
	if others == nil || !others() {
		return
	}
	look := time.NewTicker(restLook)
	defer look.Stop()
	for others() {
		select {
		case <-ctx.Done():
			return
		case <-asked:
			return
		case <-look.C:
		}
	}
}
