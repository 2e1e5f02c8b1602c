package actors

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A Kind is an actor type with its spec type erased, as the runtime sees it.
type Kind struct {
	Name    string
	Traits  Traits            // with every default filled in
	Spec    reflect.Type      // what the `with` block is read into
	Members map[string]Member // what its type says of them; see [Describer]
	check   func(with json.RawMessage) error
	ownKey  func(with json.RawMessage) bool
	usesDir func(with json.RawMessage) bool
	keeps   func(with json.RawMessage) bool
	runsAs  func(with json.RawMessage) string
	lacks   func(with json.RawMessage) string
	run     func(ctx context.Context, env Env, a Attempt, with json.RawMessage) (Output, error)
}

// Check returns what is wrong with a `with` block. A member that the spec does not have is an error.
func (k Kind) Check(with json.RawMessage) error { return k.check(with) }

// OwnKey reports whether a job with that `with` block uses a key of its own instead of its session's credential;
// see [KeyOwner].
func (k Kind) OwnKey(with json.RawMessage) bool { return k.ownKey(with) }

// UsesDir reports whether a job with that `with` block works in the folder that its member dir names; see [DirUser].
func (k Kind) UsesDir(with json.RawMessage) bool { return k.usesDir(with) }

// KeepsTime reports whether a job with that `with` block ends attempts that hang by itself; see [TimeKeeper].
func (k Kind) KeepsTime(with json.RawMessage) bool { return k.keeps(with) }

// RunsAs is the user that the processes of a job with that `with` block run as; empty: the daemon's. See [UserNamer].
func (k Kind) RunsAs(with json.RawMessage) string { return k.runsAs(with) }

// Uncounted says why nobody can count what a job with that `with` block uses; empty: it is counted. See [Uncounter].
func (k Kind) Uncounted(with json.RawMessage) string { return k.lacks(with) }

// Run makes a fresh actor and lets it run one attempt.
func (k Kind) Run(ctx context.Context, env Env, a Attempt, with json.RawMessage) (Output, error) {
	return k.run(ctx, env, a, with)
}

// A Registry is the list of actor types that a build has, and of the kinds of target that it adds. The zero value is
// useful.
type Registry struct {
	kinds   map[string]Kind
	targets map[string]TargetKind
}

// Register adds an actor type. newActor is called for every attempt, and once here, with an empty Env, for the traits.
// Register panics on an empty or taken name: that is an error in the program, found at its start.
func Register[S Spec](r *Registry, newActor func(Env) Actor[S]) {
	var zero S
	name := zero.Kind()
	if name == "" {
		panic("actors: an actor type without a name")
	}
	if _, taken := r.kinds[name]; taken {
		panic("actors: the actor type " + strconv.Quote(name) + " is registered twice")
	}
	if r.kinds == nil {
		r.kinds = make(map[string]Kind)
	}
	var members map[string]Member
	if d, ok := any(zero).(Describer); ok {
		members = d.Members()
	}
	specs := newKept[S]()
	r.kinds[name] = Kind{
		Name:    name,
		Traits:  withDefaults(newActor(Env{}).Traits()),
		Spec:    reflect.TypeFor[S](),
		Members: members,
		check: func(with json.RawMessage) error {
			s, err := decode[S](with)
			if err != nil {
				return err
			}
			return s.Validate()
		},
		ownKey:  says[S](KeyOwner.OwnKey),
		usesDir: says[S](DirUser.UsesDir),
		keeps:   says[S](TimeKeeper.KeepsTime),
		runsAs:  says[S](UserNamer.RunsAs),
		lacks:   says[S](Uncounter.Uncounted),
		run: func(ctx context.Context, env Env, a Attempt, with json.RawMessage) (Output, error) {
			s, err := specs.decode(with)
			if err != nil {
				return Output{}, Permanent(err)
			}
			return newActor(env).Run(ctx, Run[S]{Attempt: a, Spec: s})
		},
	}
}

// says asks the spec of a block for something that only specs with the interface I know; the zero value: it has not got
// it.
func says[S Spec, I, T any](ask func(I) T) func(with json.RawMessage) T {
	return func(with json.RawMessage) (answer T) {
		var spec S
		if _, knows := any(spec).(I); !knows {
			return answer // not worth reading the block
		}
		spec, err := decode[S](with)
		if knows, ok := any(spec).(I); ok && err == nil {
			return ask(knows)
		}
		return answer
	}
}

// Get finds an actor type. The error lists the known ones.
func (r *Registry) Get(name string) (Kind, error) {
	k, ok := r.kinds[name]
	if !ok {
		return Kind{}, fmt.Errorf("unknown actor %q; this build knows %s", name, strings.Join(r.Names(), ", "))
	}
	return k, nil
}

// Names lists the actor types, sorted.
func (r *Registry) Names() []string {
	return slices.Sorted(maps.Keys(r.kinds))
}

func withDefaults(t Traits) Traits {
	if t.Timeout == 0 {
		t.Timeout = DefaultTimeout
		if t.Gated {
			t.Timeout = DefaultTimeoutGated
		}
	}
	if t.Retry == nil {
		r := DefaultRetry()
		t.Retry = &r
	}
	return t
}
