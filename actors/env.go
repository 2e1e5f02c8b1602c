package actors

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"go.uber.org/zap"
)

// Env is an attempt's only access to the world. Every type gets the same, also shell and agent.
type Env struct {
	// HTTP is a client with sensible timeouts. It follows no redirect to another origin and sends no credential.
	HTTP *http.Client
	// Exec runs processes that cannot outlive the attempt.
	Exec Exec
	// Output is for text that is shown while the attempt runs, by `curfew run logs -f`. What Exec's processes print
	// goes there by itself, unless they print a value ([Command.Apart]). It never blocks or fails, and keeps the newest
	// part. It is not the attempt's result: that is [Output].
	Output io.Writer
	// Log adds the job, run and attempt to each line.
	Log *zap.Logger
	// Redact redacts every secret that the daemon holds. Everything that an attempt returns, shows and logs is redacted
	// anyway; a type that cuts a foreign text redacts it first, so that no half of a secret stays.
	Redact func(text string) string
	// Session is the session of a gated attempt; nil for ungated types.
	Session Session
	// Turns keep the attempts of the session out of each other's way. Nil without a session; see [Env.TakeTurn].
	Turns Turns
	// Thread are the turns of earlier runs of a job with `session_target: main`, oldest first; at most [MaxTurns].
	// Empty for other jobs.
	Thread []Turn
}

// Turns keep the attempts of one session out of each other's way, where a program keeps a sign-in of its own. The error
// of each method is that of ctx.
type Turns interface {
	// Take waits until nobody else has the turn, and takes it until done is called.
	Take(ctx context.Context) (done func(), err error)
	// TakeAlone is Take, unless an attempt of the session works: then done is nil. None begins to work until done is
	// called.
	TakeAlone(ctx context.Context) (done func(), err error)
	// Work notes that the attempt works with the sign-in, until done is called.
	Work(ctx context.Context) (done func(), err error)
}

// TakeTurn waits until no other attempt of the session has the turn, and takes it until done is called. It is for work
// that must not be done twice at once, such as asking a CLI whether it is signed in. Without a session it returns at
// once, as TakeAlone and Work do. The error is that of ctx.
func (e Env) TakeTurn(ctx context.Context) (done func(), err error) {
	if e.Turns == nil {
		return func() {}, ctx.Err()
	}
	return e.Turns.Take(ctx)
}

// TakeAlone is TakeTurn for work that may change the sign-in: done is nil while an attempt of the session works, and none
// begins to until done is called.
func (e Env) TakeAlone(ctx context.Context) (done func(), err error) {
	if e.Turns == nil {
		return func() {}, ctx.Err()
	}
	return e.Turns.TakeAlone(ctx)
}

// Work is called before an attempt uses a sign-in that somebody may change in a turn alone, and done after it.
func (e Env) Work(ctx context.Context) (done func(), err error) {
	if e.Turns == nil {
		return func() {}, ctx.Err()
	}
	return e.Turns.Work(ctx)
}

// A Session is the session of a gated attempt. It uses the credential, and never shows the token.
type Session interface {
	// Name is the session's name in the job file.
	Name() string
	// Backend is the base URL that the credential belongs to; empty if the session has none.
	Backend() string
	// Client sends the credential to the backend's exact origin only, refuses redirects, and turns every response of
	// status 400 and above into a [*StatusError]. The first authenticated 2xx of a generation is reported by itself.
	Client() *http.Client
	// Outcome classifies the backend's refusal by the session's rules, as [SessionExpired], [QuotaExhausted],
	// [RetryAfter] or [Permanent]. It returns any other refusal as it is, for the retry policy.
	Outcome(refused *StatusError) error
}

// A StatusError is a response of status 400 and above, with its body.
type StatusError struct {
	Method     string
	URL        string // without query and user
	Status     int
	Body       string        // at most [MaxErrorBody] bytes
	RetryAfter time.Duration // 0: the server did not ask for a pause
	Codes      []string      // error codes of the body, also from where Body is cut off; those in Body count in any case
}

// MaxErrorBody is how much of the body of a failed response is kept, in bytes.
const MaxErrorBody = 4 << 10

// Error is "POST https://host/path: 401 Unauthorized: body".
func (e *StatusError) Error() string {
	s := e.Method + " " + e.URL + ": " + statusText(e.Status)
	if e.Body != "" {
		s += ": " + e.Body
	}
	return s
}

// Shell is the shell that reads a command line (`sh -c`) unless a job names another. POSIX systems have it there.
const Shell = "/bin/sh"

// MaxStdin bounds the standard input that a `with` block of a built-in type gives a process, in bytes.
const MaxStdin = 256 << 10

// A Command is a process to run.
type Command struct {
	Path string   // looked up in the PATH that the process gets
	Args []string // without the name itself
	Dir  string   // working directory; empty: the daemon's, or with User that user's home
	Env  []string // "NAME=value", besides the variables of every job's process: CURFEW_JOB and its like, and the job's env
	Pass []string // names of variables to pass on from the daemon's environment, besides those of the job
	// User is the name of the user that it runs as, with all groups of that user, and HOME, USER, LOGNAME and SHELL in its
	// environment; empty: the daemon's. Another than the daemon's is an error unless that is root.
	User string
	// Stdin is its standard input; empty: there is nothing to read. A process need not read it, or all of it. What it
	// has not read when it ends is lost.
	Stdin string
	// Talk, if set, holds a conversation with the process instead: it has the process's standard input, which it closes
	// when it has nothing more to write, and its standard output. It must return once reading fails or ends. Stdin is
	// not used then, and the output is standard error alone.
	Talk func(stdin io.WriteCloser, stdout io.Reader)
	// MaxOutput is how much of its output is kept, in bytes; 0: [messages.MaxOutput].
	MaxOutput int
	// Keep lets the processes live that it leaves in the background when it ends by itself. Otherwise they are ended.
	Keep bool
	// Apart also keeps standard output alone, in Result.Stdout: for programs that print a value.
	Apart bool
	// Split also keeps standard output alone, in Result.Stdout, at most [MaxSplit] bytes of it: for programs whose
	// standard output says how they ended. Unlike Apart it is shown and redacted as usual.
	Split bool
	// Watch gets what the process prints as it comes, redacted, besides everybody else; nil: nobody. It must not block.
	Watch io.Writer
	// WatchStdout gets its standard output alone as it comes, redacted; only with Split. It must not block.
	WatchStdout io.Writer
}

// MaxSplit bounds the standard output that [Command.Split] keeps, in bytes. A last line of JSON that is longer is not
// read.
const MaxSplit = 1 << 20

// A Result is how a process ended.
type Result struct {
	ExitCode int    // -1 if a signal ended it
	Signal   string // that ended it, such as "SIGKILL"; empty: none did
	Output   string // standard output and error as they came, the newest part
	Cut      bool   // whether older output was dropped; a mark is in its place
	Stdout   string // the newest part of standard output alone; only with Command.Apart or Split
	Stderr   string // the newest part of standard error alone, for classifying
}

// Exec runs processes.
type Exec interface {
	// Run starts the command in a session of its own, with an allow-listed environment, and waits for it. When ctx ends
	// all its descendants get TERM, and KILL after a grace; none survives. The error means that the process could not
	// be started or was ended by ctx. It is nil for any exit code.
	Run(ctx context.Context, c Command) (Result, error)
}

func statusText(code int) string {
	if t := http.StatusText(code); t != "" {
		return strconv.Itoa(code) + " " + t
	}
	return strconv.Itoa(code)
}
