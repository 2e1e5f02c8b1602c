package targets

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"curfew/actors/system/notifier"
	"curfew/messages/screen"
)

// maxServiceText bounds what a chat or a phone is sent, in characters: some services refuse more. The end of the text
// then names the run.
const maxServiceText = 1_800

// serviceTime is how long a service may take; shoutrrr knows no contexts.
const serviceTime = 20 * time.Second

type service struct {
	address Address
	busy    chan struct{} // holds one while a try has not returned
}

// Service sends messages to one of the many services that shoutrrr knows, by its URL. A service that does not answer
// occupies at most one goroutine.
func Service(address Address) notifier.Target {
	return &service{address: address, busy: make(chan struct{}, 1)}
}

// Send sends the message. shoutrrr does not tell which errors may be tried again, so all are, except for a URL that it
// does not understand.
func (t *service) Send(ctx context.Context, m notifier.Message) error {
	address, err := t.address()
	if err != nil {
		return &notifier.Retry{Err: err}
	}
	if err := CheckService(address); err != nil {
		return fmt.Errorf("service: its URL %w", err)
	}
	select {
	case t.busy <- struct{}{}:
	default:
		return &notifier.Retry{Err: errors.New("service: an earlier try has not returned")}
	}
	result := make(chan error, 1)
	go func() {
		defer func() {
			<-t.busy
			if p := recover(); p != nil {
				result <- errors.New("the target panicked")
			}
		}()
		result <- sendBy(address, m)
	}()
	select {
	case err := <-result:
		if err != nil {
			return &notifier.Retry{Err: errors.New("service: " + scrub(bareAll(err).Error(), address, true))}
		}
		return nil
	case <-ctx.Done():
		return &notifier.Retry{Err: errors.New("service: no answer in time")}
	}
}

func sendBy(address string, m notifier.Message) error {
	r, err := router.New(nil, address)
	if err != nil {
		return err
	}
	r.Timeout = serviceTime
	params := types.Params{}
	params.SetTitle(m.Title)
	return errors.Join(r.Send(serviceText(m), &params)...)
}

// serviceText is the text of a message within the bound of services.
func serviceText(m notifier.Message) string {
	text := []rune(screen.Text(m.Text)) // some services are a terminal, or a mail that is read on one
	if len(text) <= maxServiceText {
		return string(text)
	}
	rest := "…"
	if m.Run != "" {
		rest += "\n(`curfew run show " + string(m.Run) + "` has the whole)"
	}
	return string(text[:maxServiceText]) + rest
}

// bareAll removes the URL that a client names in its error.
func bareAll(err error) error {
	var about *url.Error
	if errors.As(err, &about) {
		return fmt.Errorf("%s: %w", about.Op, about.Err)
	}
	return err
}
