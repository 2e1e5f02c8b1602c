package targets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/getsentry/sentry-go"
	"go.uber.org/zap"

	"curfew/actors/system/notifier"
	"curfew/messages"
)

// SentryOptions are what error reports to Sentry need.
type SentryOptions struct {
	DSN         string
	Environment string // empty: production
	Release     string
	Redact      func(string) string // redacts every known secret
	Client      *http.Client        // its CheckRedirect is not used: redirects are not followed
	Now         func() time.Time    // nil: time.Now
	Logger      *zap.Logger
}

// Sentry is an error tracker that speaks Sentry's protocol.
type Sentry struct {
	o      SentryOptions
	client *sentry.Client
	wire   *wire
	limits limiter
}

var _ notifier.Target = (*Sentry)(nil)

// NewSentry makes the target of error reports. Nothing of the machine is sent: no host name, no environment, no
// modules, no stack. The error does not repeat the DSN.
func NewSentry(o SentryOptions) (*Sentry, error) {
	if o.Redact == nil || o.Client == nil {
		return nil, errors.New("targets: sentry: Redact and Client must be set")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.Environment == "" {
		o.Environment = "production"
	}
	if _, err := sentry.NewDsn(o.DSN); err != nil {
		return nil, errors.New("sentry: invalid DSN; expected https://KEY@HOST/PROJECT")
	}
	t := &Sentry{o: o, wire: &wire{inner: o.Client.Transport, transport: sentry.NewHTTPSyncTransport()}}
	if t.wire.inner == nil {
		t.wire.inner = http.DefaultTransport
	}
	client, err := sentry.NewClient(sentry.ClientOptions{
		Dsn: o.DSN, Environment: o.Environment, Release: o.Release, ServerName: "curfew",
		Integrations:           func([]sentry.Integration) []sentry.Integration { return nil },
		BeforeSend:             func(e *sentry.Event, _ *sentry.EventHint) *sentry.Event { return t.scrub(e) },
		MaxBreadcrumbs:         -1,
		DisableClientReports:   true,
		DisableTelemetryBuffer: true,
		Transport:              t.wire,
		HTTPClient: &http.Client{
			Transport:     t.wire,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	})
	if err != nil {
		return nil, errors.New("sentry: invalid DSN; expected https://KEY@HOST/PROJECT")
	}
	t.client = client
	return t, nil
}

// CheckDSN says what is wrong with a DSN, without repeating it.
func CheckDSN(dsn string) error {
	if _, err := sentry.NewDsn(dsn); err != nil {
		return errors.New("invalid DSN; expected https://KEY@HOST/PROJECT")
	}
	return nil
}

// Close ends the goroutines of the client. Nothing is buffered there: Send returns when it is known whether an event
// has arrived.
func (t *Sentry) Close() { t.client.Close() }

// Send reports an error, once for every message, unless too many of its fingerprint came before.
func (t *Sentry) Send(ctx context.Context, m notifier.Message) error {
	if m.Report == nil {
		return errors.New("sentry: it takes error reports only; remove it from notify and deliver")
	}
	f := fingerprint(*m.Report)
	held, ok := t.limits.take(strings.Join(f, "/"), m.ID, t.o.Now())
	if !ok {
		if held == 1 {
			t.o.Logger.Warn("cron: error reports are held back: too many of one kind", zap.Strings("fingerprint", f),
				zap.Int("burst", Burst), zap.Duration("then_one_every", RefillEvery))
		}
		return fmt.Errorf("sentry: %w: more than %d of %s, and one every %v", notifier.ErrHeldBack, Burst,
			strings.Join(f, "/"), RefillEvery)
	}
	t.wire.begin(ctx)
	t.client.CaptureEvent(eventOf(m, f, held), nil, nil)
	err := t.wire.end()
	var later *notifier.Retry
	if errors.As(err, &later) {
		later.Err = errors.New(scrub(later.Err.Error(), t.o.DSN, false))
		return later
	}
	if err == nil {
		t.limits.sent(strings.Join(f, "/"), held)
	}
	return err
}

// fingerprint is how errors are grouped: by component, kind of job and class of failure.
func fingerprint(r messages.ErrorReported) []string {
	return []string{r.Tags.Domain, strings.TrimSuffix(r.Tags.Operation, "_job"), string(r.Class)}
}

// eventOf is a report in Sentry's form. Its id follows from the id of the decision: an event that is sent again after a
// crash has the same id.
func eventOf(m notifier.Message, fingerprint []string, suppressed int) *sentry.Event {
	r := *m.Report
	sum := sha256.Sum256([]byte(m.ID))
	e := sentry.NewEvent()
	e.EventID = sentry.EventID(hex.EncodeToString(sum[:16]))
	e.Level, e.Logger, e.Timestamp, e.Fingerprint = sentry.LevelError, "curfew", m.At.Time(), fingerprint
	e.Transaction = r.Job
	e.Exception = []sentry.Exception{{Type: string(r.Class), Value: r.Error}}
	e.Tags = map[string]string{"class": string(r.Class)}
	for name, value := range map[string]string{
		"domain": r.Tags.Domain, "operation": r.Tags.Operation, "job_id": r.Tags.JobID, "agent_id": r.Tags.AgentID,
		"session_target": r.Tags.SessionTarget, "failure": r.Tags.Failure,
	} {
		if value != "" {
			e.Tags[name] = value
		}
	}
	e.Contexts = map[string]sentry.Context{"curfew": {"run": string(r.Run), "attempts": r.Attempt}}
	if suppressed > 0 {
		e.Contexts["curfew"]["suppressed_before"] = suppressed
		e.Tags["suppressed_before"] = fmt.Sprint(suppressed)
	}
	return e
}

// scrub redacts everything in an event that came from elsewhere.
func (t *Sentry) scrub(e *sentry.Event) *sentry.Event {
	e.Message, e.Transaction = t.o.Redact(e.Message), t.o.Redact(e.Transaction)
	for i := range e.Exception {
		e.Exception[i].Type, e.Exception[i].Value = t.o.Redact(e.Exception[i].Type), t.o.Redact(e.Exception[i].Value)
	}
	for k, v := range e.Tags {
		e.Tags[k] = t.o.Redact(v)
	}
	// The client adds these by itself: the machine's runtime and the user. They are not needed.
	e.Breadcrumbs, e.Request, e.User, e.Modules, e.Threads = nil, nil, sentry.User{}, nil, nil
	for name := range e.Contexts {
		if name != "curfew" {
			delete(e.Contexts, name)
		}
	}
	return e
}
