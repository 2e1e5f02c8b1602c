package model

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/messages/text"
)

// maxQuote is how many bytes an error quotes of what came instead of an answer.
const maxQuote = 300

// defaultSilence is how long an endpoint may send nothing: before its first line, and between two events with data.
// Signs of life without data do not count.
const defaultSilence = 10 * time.Minute

// exchange is one request and its answer. It reports errors of the connection in the same way for every protocol.
type exchange struct {
	to    Endpoint
	names map[string]int // statuses that the protocol has words for

	where  string // method and URL
	ctx    context.Context
	cancel context.CancelCauseFunc
	alive  *time.Timer
	resp   *http.Response
	in     *bufio.Reader // the body, bounded; without a byte order mark
	whole  []byte        // the answer, if it is not a stream
}

// errSilent is the cause of an exchange that ended because the endpoint sent nothing for too long.
var errSilent = errors.New("it has sent nothing")

// post sends the question. The answer is a stream of [exchange.events], or is in whole. The caller calls close in any
// case.
func (x *exchange) post(ctx context.Context, path string, header http.Header, question any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("model: write the request: %w", err)
	}
	x.ctx, x.cancel = context.WithCancelCause(ctx)
	x.alive = time.AfterFunc(x.to.Silence, func() { x.cancel(errSilent) })
	req, err := http.NewRequestWithContext(x.ctx, http.MethodPost, path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("model: make the request: %w", err)
	}
	req.Header = header
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	x.where = req.Method + " " + httpx.Bare(req.URL.String())
	if x.resp, err = x.to.Client.Do(req); err != nil {
		return x.unanswered(err)
	}
	x.in = bufio.NewReader(&limited{body: x.resp.Body, left: maxAnswer})
	if streams(x.resp.Header, x.in) {
		return nil
	}
	if x.whole, err = io.ReadAll(x.in); err != nil {
		return x.broken(err)
	}
	x.whole = bytes.TrimSpace(x.whole)
	return x.judge()
}

// close ends the exchange.
func (x *exchange) close() {
	if x.cancel == nil {
		return
	}
	x.alive.Stop()
	if x.resp != nil {
		_ = x.resp.Body.Close()
	}
	x.cancel(nil)
}

// events are the events of a stream, up to the first error.
func (x *exchange) events() iter.Seq2[event, error] {
	return func(yield func(event, error) bool) {
		for e, err := range events(x.in) {
			x.alive.Reset(x.to.Silence)
			if err != nil {
				err = x.broken(err)
			} else if refused := x.refusal(e.name, e.data, x.resp.StatusCode); refused != nil {
				err = refused
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// unanswered says why there is no response.
func (x *exchange) unanswered(err error) error {
	var refused *actors.StatusError
	if errors.As(err, &refused) {
		return refused
	}
	if err := x.over(); err != nil {
		return err
	}
	for _, ours := range []error{httpx.ErrOrigin, httpx.ErrRedirect, httpx.ErrNoToken} {
		if errors.Is(err, ours) {
			return fmt.Errorf("%s: %w", x.where, bare(err))
		}
	}
	// Not wrapped: an unwrapped error would show the text without redaction, and a timeout of the connection must not
	// count as the attempt's own.
	return fmt.Errorf("%s: %w: %s", x.where, ErrUnreachable, x.to.Redact(bare(err).Error()))
}

// bare is an error of a client without the method and the URL before it.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// over is the error of an exchange whose context has ended: that of ctx, or one about the silence.
func (x *exchange) over() error {
	switch {
	case x.ctx.Err() == nil:
		return nil
	case errors.Is(context.Cause(x.ctx), errSilent):
		return fmt.Errorf("%s: %w: %w for %s", x.where, ErrBroken, errSilent, x.to.Silence)
	default:
		return x.ctx.Err()
	}
}

// broken is the error of an answer that could not be read to its end.
func (x *exchange) broken(err error) error {
	switch over := x.over(); {
	case over != nil:
		return over
	case errors.Is(err, ErrTooLong), errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("%s: %w", x.where, ErrTooLong)
	default:
		return fmt.Errorf("%s: %w: %s", x.where, ErrBroken, x.to.Redact(err.Error()))
	}
}

// judge says what is wrong with an answer that is not a stream.
func (x *exchange) judge() error {
	if len(x.whole) == 0 {
		return fmt.Errorf("%s: %w: %s with an empty body", x.where, ErrBroken, x.resp.Status)
	}
	if start := x.whole[0]; start == '{' || start == '[' {
		if refused := x.refusal("", x.whole, x.resp.StatusCode); refused != nil {
			return refused
		}
		if start == '{' {
			return nil
		}
	}
	kind := x.resp.Header.Get("Content-Type")
	if kind == "" {
		kind = "no content type"
	}
	return fmt.Errorf("%s: %s, but neither a stream nor JSON (%.80s): %s", x.where, x.resp.Status, x.to.Redact(kind), x.quote(x.whole))
}

// quote is the beginning of what came, without secrets.
func (x *exchange) quote(raw []byte) string {
	s := x.to.Redact(strings.ToValidUTF8(string(raw), "\uFFFD"))
	if len(s) > maxQuote {
		s = text.Head(s, maxQuote) + " …"
	}
	return s
}
