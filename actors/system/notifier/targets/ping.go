package targets

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// A Ping is what a monitor such as healthchecks.io is told.
type Ping string

// The pings: what is added to the path of the monitor's URL.
const (
	PingStart   Ping = "start"
	PingSuccess Ping = "" // the URL as it is
	PingFail    Ping = "fail"
)

// SendPing posts to the URL of a monitor. The error holds no part of the URL: its path is a secret.
func SendPing(ctx context.Context, client *http.Client, address Address, p Ping) error {
	text, err := address()
	if err != nil {
		return err
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("healthcheck: the address is not a valid URL")
	}
	if p != PingSuccess {
		u = u.JoinPath(string(p))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), http.NoBody)
	if err != nil {
		return errors.New("healthcheck: the address is not a valid URL")
	}
	req.Header.Set("User-Agent", userAgent)
	resp, err := client.Do(req)
	if err != nil {
		return errors.New("healthcheck: " + scrub(bare(err).Error(), strings.TrimSuffix(u.String(), "/"+string(p)),
			false))
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer) // its words change nothing
	return answer("healthcheck", resp)
}
