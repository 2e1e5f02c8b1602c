package targets

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"curfew/actors/env/httpx"
	"curfew/actors/system/notifier"
	"curfew/messages"
)

// Body is the JSON body that a webhook gets. docs/deliveries.md has the fields; a field without a value is null.
type Body struct {
	ID      string           `json:"id"`   // the same at every try; also in the header Idempotency-Key
	Kind    notifier.Kind    `json:"kind"` // notification, output, failure, reminder, recovery
	At      messages.Instant `json:"at"`
	Job     *string          `json:"job"`
	Run     *messages.RunID  `json:"run"`
	Session *string          `json:"session"`
	Notice  *messages.Notice `json:"notice"`
	Title   string           `json:"title"`
	Text    string           `json:"text"`
}

// bodyOf is a message for machines.
func bodyOf(m notifier.Message) Body {
	return Body{
		ID: m.ID, Kind: m.Kind, At: m.At, Job: given(m.Job), Run: given(m.Run), Session: given(m.Session), Notice: given(m.Notice),
		Title: m.Title, Text: m.Text,
	}
}

func given[S ~string](s S) *S {
	if s == "" {
		return nil
	}
	return &s
}

// userAgent is the header User-Agent of every request.
const userAgent = "curfew"

// maxAnswer is how much of an answer is read, so that its connection can be used again, in bytes.
const maxAnswer = 64 << 10

// CheckWebhook returns what is wrong with the URL of a webhook or a monitor, without quoting it.
func CheckWebhook(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return errors.New("must be a URL such as https://hooks.example.com/curfew")
	}
	return nil
}

type webhook struct {
	address Address
	client  *http.Client
}

// Webhook posts messages as JSON. An answer of 2xx means that the message has arrived; after 408, 421, 425, 429 or 5xx it
// is tried again; any other status refuses it. Redirects are not followed. Of an answer only its status is reported.
func Webhook(address Address, client *http.Client) notifier.Target {
	c := *client
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &webhook{address: address, client: &c}
}

// Send posts the message.
func (t *webhook) Send(ctx context.Context, m notifier.Message) error {
	address, err := t.address()
	if err != nil {
		return &notifier.Retry{Err: err} // a person may correct it meanwhile
	}
	body, err := json.Marshal(bodyOf(m))
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return errors.New("webhook: the address is not a valid URL")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Idempotency-Key", m.ID)
	resp, err := t.client.Do(req)
	if err != nil {
		return &notifier.Retry{Err: errors.New("webhook: " + scrub(bare(err).Error(), address, false))}
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer) // the body changes nothing
	return answer("webhook", resp)
}

// answer returns what a status means for the message; nil: it has arrived.
func answer(who string, resp *http.Response) error {
	s := resp.StatusCode
	err := fmt.Errorf("%s: the server answers %d %s", who, s, http.StatusText(s))
	switch {
	case s >= 200 && s < 300:
		return nil
	case s == http.StatusRequestTimeout, s == http.StatusMisdirectedRequest, s == http.StatusTooEarly,
		s == http.StatusTooManyRequests, s >= 500:
		return &notifier.Retry{Err: err, After: httpx.RetryAfter(resp.Header)}
	default:
		return err
	}
}
