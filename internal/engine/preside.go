package engine

import (
	"context"
	"fmt"

	"curfew/actors/system/follow"
	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Preside does what only the node of a fleet does that decides, until ctx ends. The runtime's log leads meanwhile. The
// node goes on from what it has: it takes no job file in, unless nobody has done so yet.
func (r *Runtime) Preside(ctx context.Context) {
	if err := r.preside(ctx); err != nil && ctx.Err() == nil {
		r.fail(fmt.Errorf("this node decides, and cannot begin with it: %w", err))
	}
	<-ctx.Done()
	if d := r.duties.Swap(nil); d != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), freezeTime)
		defer cancel()
		d.end(ctx)
	}
}

func (r *Runtime) preside(ctx context.Context) error {
	if err := r.awaitNode(ctx); err != nil {
		return err
	}
	r.configuring.Lock()
	defer r.configuring.Unlock()
	if r.Stopping() {
		return nil
	}
	release := r.log.Hold() // what follows is read by the parts that are started after it
	defer release()
	was, err := r.state(ctx)
	if err != nil {
		return err
	}
	if was.configured() {
		err = r.goOn(ctx, was)
	} else {
		_, err = r.configure(ctx, was)
	}
	if err != nil {
		return err
	}
	left, err := r.leftover(ctx, was)
	if err != nil {
		return err
	}
	if err := r.reportInterrupted(ctx, left); err != nil {
		return err
	}
	return r.takeUp(ctx, was)
}

// awaitNode waits until the machine knows a node: attempts that it decides on before would be nobody's.
func (r *Runtime) awaitNode(ctx context.Context) error {
	log := follow.New("nodes", r.reader("nodes", r.log.Last(), messages.TopicConfig))
	defer log.Close()
	for {
		if _, err := log.Next(); err != nil {
			return err
		}
		known := false
		if err := r.View(ctx, func(m *policy.Machine) { known = len(m.Nodes()) > 0 }); err != nil || known {
			return err
		}
		select {
		case <-log.Woken():
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// state is the state of the machine as it is now.
func (r *Runtime) state(ctx context.Context) (now recovered, err error) {
	err = r.View(ctx, func(m *policy.Machine) {
		now.last = r.log.Last()
		now.take(m)
	})
	return now, err
}

// goOn begins where another node has ended: it says if its clock shows less than that one's did, and if its job file says
// something else than what the fleet goes by.
func (r *Runtime) goOn(ctx context.Context, was recovered) error {
	r.agree(was)
	back := r.clockBehind(was)
	if back == nil {
		return nil
	}
	_, err := r.log.Commit(ctx, bus.Draft{Fact: *back})
	return err
}
