// Package actors is the API for authors of actor types, and of kinds of notification target. It knows neither the bus nor
// the actor system: an actor type is a plain Go type, of which a value is made for every attempt.
//
// # An actor type
//
// Its [Spec] is the `with` block of a job, as a struct with json tags: Kind is its name in job files, Validate says what is
// wrong with a block. Its [Actor] has a method Run, which does the work of one attempt, and its traits: embed [Defaults], or
// [Gated] for a type that depends on a session. [Register] adds it to a build. What a Spec may say besides is a further
// interface each: [Describer], [DirUser], [UserNamer], [KeyOwner], [TimeKeeper], [Uncounter].
//
// # What Run gets
//
// A [Run] has the block, and who is running: job, run, attempt, slot. The [Env], which New gets, is the only access to the
// world: HTTP, processes ([Exec]), the log, the output that people follow, and the [Session] of a gated attempt.
//
// # What Run returns
//
// An [Output], which is kept, and an error, which is the outcome. Nil is success. [Permanent], [RetryAfter],
// [SessionExpired], [QuotaExhausted], [Unreachable], [Unanswered], [NotNow] and [Transient] mark an error with what is to
// follow; after one without a mark, a timeout or a panic the retry policy of the job decides. When that is, and how often,
// is never the actor's business.
//
// # A kind of target
//
// [RegisterTarget] adds one. A [Target] brings a [Message] to a place outside, and marks its errors in the same way.
//
// The package actorstest runs single attempts in tests, and bus/replay the stories and journals of a folder. The page
// docs/actors.md goes through all of it.
package actors

import (
	"context"
	"io/fs"
	"time"

	"curfew/messages"
)

// A Spec is the `with` block of a job: the settings of an actor type, as a struct with json tags.
// Both methods must work on the value receiver.
type Spec interface {
	// Kind is the name of the actor type in job files; it is called on the zero value.
	Kind() string
	// Validate returns what is wrong with the block, with the member's name; it is called when a job is defined.
	Validate() error
}

// A KeyOwner is a [Spec] of a gated type whose jobs may use a key of their own instead of their session's credential.
// Such a job is held with its session like all others, but proves nothing about it: its attempts do not get the
// session's credential, and no answer that they get closes, opens or slows the session.
type KeyOwner interface {
	Spec
	// OwnKey reports whether this job does. It must work on the value receiver.
	OwnKey() bool
}

// A DirUser is a [Spec] with a member `dir`: a folder that its jobs work in. Only the reader of a job file knows where
// the file is. So for such a job it makes a relative `dir` absolute, by the file's own folder, and fills in that folder
// where the block has no `dir`.
type DirUser interface {
	Spec
	// UsesDir reports whether this job works in a folder. It must work on the value receiver.
	UsesDir() bool
}

// A TimeKeeper is a [Spec] with a member of its own that ends an attempt which hangs, such as idle_timeout. Jobs of gated
// types may have `timeout: none` only if it does: what hangs there may cost money, and keep others of its session from
// their work.
type TimeKeeper interface {
	Spec
	// KeepsTime reports whether this job ends attempts that hang. It must work on the value receiver.
	KeepsTime() bool
}

// An Uncounter is a [Spec] that knows of blocks whose attempts never say how many tokens they have used (Output.Usage). A
// bound of tokens, such as max_tokens_per_day, can never hold for such a job, and people are warned of it.
type Uncounter interface {
	Spec
	// Uncounted says why nobody can count what this job uses, and what to write so that somebody can: "…; add …". Empty: it
	// is counted. It must work on the value receiver.
	Uncounted() string
}

// An Actor runs one attempt of a job. Embed [Defaults] or [Gated] for Traits.
type Actor[S Spec] interface {
	// Run does the work and returns when it is done or ctx ends. A cancel or a timeout ends ctx. An attempt that does
	// not return within the grace after that is abandoned: its result does not count.
	//
	// The error is the outcome: nil is success, [Permanent] is never retried, [RetryAfter] is retried when the server
	// asked for it, [SessionExpired] closes the gate, [QuotaExhausted] closes it until a time, [Unreachable] counts for
	// the session's circuit (gated kinds only), and [Unanswered] does not count as an attempt. After any other error, a
	// timeout or a panic the job's retry policy decides.
	Run(ctx context.Context, run Run[S]) (Output, error)
	// Traits returns what holds for all jobs of the type. It must not depend on the Env.
	Traits() Traits
}

// Traits are the properties of an actor type. Zero values mean the defaults.
type Traits struct {
	// Gated types depend on a session: no attempt starts while the session's gate is closed.
	Gated bool
	// ExpiryByText makes the runtime look, after a failed attempt, whether the error or the [End] of the output reads
	// like an expired session. It is for gated types that have no better signal than text, and not done after
	// [Transient].
	ExpiryByText bool
	// Definitions is the folder beside the job file in which a definition of the type is found, such as
	// "agents"; empty: it has none. `with.definition: NAME` fills in what the block does not have from
	// NAME.md there: its front matter are members of the block, its text is the member system. The Spec
	// has both members, and sees the whole.
	Definitions string
	// Presets are files NAME.yaml that fill in what a job with `with.preset: NAME` leaves out: members of its block,
	// its env and its timeout. People add their own in the folder [PresetFolder] beside the job file. Nil: the type has
	// none. The Spec has the member preset, and sees the whole.
	Presets fs.FS
	// Threads types can go on with one conversation over many runs: their jobs may have `session_target: main`.
	Threads bool
	// Timeout of an attempt unless the job says otherwise; default 2 m, gated 1 h.
	Timeout time.Duration
	// Retry unless the job says otherwise; default [DefaultRetry].
	Retry *messages.Retry
}

// PresetFolder is the folder beside the job file with people's own presets.
const PresetFolder = "presets"

// Defaults makes an actor that embeds it an ordinary, ungated type.
type Defaults[S Spec] struct{}

// Traits are all defaults.
func (Defaults[S]) Traits() Traits { return Traits{} }

// Gated makes an actor that embeds it a type that depends on a session.
type Gated[S Spec] struct{}

// Traits are the defaults of a gated type.
func (Gated[S]) Traits() Traits { return Traits{Gated: true} }

// A Run is one attempt, as the actor sees it.
type Run[S Spec] struct {
	Attempt
	Spec S // the job's `with` block
}

// Attempt names one try of a run.
type Attempt struct {
	Run    messages.RunID
	Job    string
	Number int       // from 1
	Slot   time.Time // zero for a run that was started by hand
	// PassEnv names the variables of the daemon that the job's process may see besides the usual ones.
	PassEnv []string
	// EnvValues are variables that the job file gives the job's process, with what they hold.
	EnvValues map[string]string
	Session   string // empty for ungated types

	sideEffect func(ctx context.Context, tool string) error // nil: it is not reported
}

// BeginSideEffect reports that the attempt is about to call a tool that is not read-only. Call it before the first
// such call: an attempt that is interrupted, or loses its session, after that is not repeated without asking. It
// returns when the fact is durable; after an error the tool must not be called.
func (a Attempt) BeginSideEffect(ctx context.Context, tool string) error {
	if a.sideEffect == nil {
		return nil
	}
	return a.sideEffect(ctx, tool)
}

// OnSideEffect sets what [Attempt.BeginSideEffect] calls. The runtime does so for every attempt; a test may, too.
func (a *Attempt) OnSideEffect(report func(ctx context.Context, tool string) error) {
	a.sideEffect = report
}

// Output is what an attempt leaves behind.
type Output struct {
	Text string // bounded by [messages.MaxOutput]; the newest part is kept

	// Usage is the tokens and the cost of the attempt's model calls; the zero value: it made none. Like Text and Trace
	// it also counts beside an error.
	Usage messages.Usage
	// Trace are the steps of an agent. [messages.MaxTrace] bytes of it are kept: the first and the newest steps.
	Trace []messages.Step
	// Said is the turn that a success adds to the job's thread; nil: none. It counts with `session_target: main` only,
	// see [Env].
	Said *Turn
}

// A Turn is one exchange of a thread: the question and the answer.
type Turn struct {
	Asked    string `json:"asked"`
	Answered string `json:"answered"`
}

// Bounds of a thread. The newest turns are kept, and the beginning of each text.
const (
	MaxTurns    = 20
	MaxTurnText = 16 << 10  // bytes of one text
	MaxThread   = 128 << 10 // bytes of all texts together
)

// DefaultRetry is the retry policy of design §8.
func DefaultRetry() messages.Retry {
	return messages.Retry{
		Attempts: 3,
		Initial:  messages.Duration(time.Second),
		Factor:   2,
		Max:      messages.Duration(30 * time.Second),
		Jitter:   0.2,
		Within:   messages.Duration(time.Hour),
	}
}

// Default timeouts of an attempt.
const (
	DefaultTimeout      = 2 * time.Minute
	DefaultTimeoutGated = time.Hour
)
