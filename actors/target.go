package actors

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"curfew/messages"
)

// A Target brings messages to a place outside the program: the target of a job file's `deliver` and `notify`.
type Target interface {
	// Send brings a message there, and returns when it has arrived. After [Permanent] it never will; after any other
	// error it is sent again with growing pauses, and after [RetryAfter] no earlier than that. One goroutine at a time
	// calls Send. The same message, by its ID, may come again after a crash.
	//
	// The text of an error goes into the log. Secrets that the runtime knows are redacted in it; one that only the target
	// knows must not be in it.
	Send(ctx context.Context, m Message) error
}

// A Message is what a target gets.
type Message struct {
	ID      string // of the decision; the same at every try, also after a restart
	Kind    MessageKind
	At      messages.Instant // when it was decided
	Job     string           // empty if it is about a session only
	Run     messages.RunID   // empty if it is about no run
	Session string           // empty if it is about a job only
	Notice  messages.Notice  // of a notification
	Title   string           // one line
	Text    string           // may have many lines; at most 64 KiB and a little
	Report  *messages.ErrorReported
}

// A MessageKind says what a message is.
type MessageKind string

// The kinds of message.
const (
	MessageNotification MessageKind = "notification"
	MessageOutput       MessageKind = "output"
	MessageFailure      MessageKind = "failure"
	MessageReminder     MessageKind = "reminder"
	MessageRecovery     MessageKind = "recovery"
	MessageReport       MessageKind = "error_report"
	MessageTest         MessageKind = "test" // of `curfew target test`
)

// A TargetKind is a kind of target with its spec type erased, as the runtime sees it.
type TargetKind struct {
	Name    string
	Spec    reflect.Type      // what its block is read into
	Members map[string]Member // what its type says of them; see [Describer]
	check   func(block json.RawMessage) error
	open    func(env Env, block json.RawMessage) (Target, error)
}

// Check returns what is wrong with a block. A member that the spec does not have is an error.
func (k TargetKind) Check(block json.RawMessage) error { return k.check(block) }

// New makes a target of a block.
func (k TargetKind) New(env Env, block json.RawMessage) (Target, error) { return k.open(env, block) }

// ownTargets are the words that a job file has for the targets of every build.
var ownTargets = []string{"webhook", "webhook_env", "webhook_file", "url", "url_env", "url_file", "file"}

// RegisterTarget adds a kind of target to a build. Its [Spec] is the block that a job file has under the name of the kind:
//
//	targets:
//	  oncall: {pager: {queue: ops}}
//
// newTarget is called for each such target when the runtime starts, and when the job file is read again; of Env it gets
// HTTP, Log and Redact. RegisterTarget panics on an empty or taken name: that is an error in the program, found at its
// start.
func RegisterTarget[S Spec](r *Registry, newTarget func(Env, S) Target) {
	var zero S
	name := zero.Kind()
	_, taken := r.targets[name]
	if name == "" || taken || slices.Contains(ownTargets, name) {
		panic("actors: " + strconv.Quote(name) + " cannot be the name of a kind of target: it is empty or taken")
	}
	if r.targets == nil {
		r.targets = make(map[string]TargetKind)
	}
	var members map[string]Member
	if d, ok := any(zero).(Describer); ok {
		members = d.Members()
	}
	r.targets[name] = TargetKind{
		Name: name, Spec: reflect.TypeFor[S](), Members: members,
		check: func(block json.RawMessage) error {
			s, err := decode[S](block)
			if err != nil {
				return err
			}
			return s.Validate()
		},
		open: func(env Env, block json.RawMessage) (Target, error) {
			s, err := decode[S](block)
			if err != nil {
				return nil, err
			}
			return newTarget(env, s), nil
		},
	}
}

// Target finds a kind of target that the build has added.
func (r *Registry) Target(name string) (TargetKind, bool) {
	k, ok := r.targets[name]
	return k, ok
}

// Targets lists the kinds of target that the build has added, sorted.
func (r *Registry) Targets() []string { return slices.Sorted(maps.Keys(r.targets)) }
