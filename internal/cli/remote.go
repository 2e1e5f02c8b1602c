package cli

import (
	"cmp"
	"fmt"
	"os"

	"curfew/bus/regular"
	"curfew/internal/api"
)

// Environment variables that stand for the flags of the same meaning.
const (
	urlVariable       = "CURFEW_URL"
	tokenFileVariable = "CURFEW_TOKEN_FILE"
)

// remote is the URL of the daemon that commands ask; empty: they ask that of the data folder. A --data that is given
// outranks the variable.
func (t *terminal) remote() string {
	if t.data != "" {
		return t.url
	}
	return cmp.Or(t.url, os.Getenv(urlVariable))
}

// dialURL finds the daemon at a URL. Its token is in a file, since every process can see arguments and many see
// variables.
func (t *terminal) dialURL(url string) (*api.Client, error) {
	if t.data != "" {
		return nil, usagef("--data and --url both name a daemon; give one")
	}
	file := cmp.Or(t.tokenFile, os.Getenv(tokenFileVariable))
	if file == "" {
		return nil, usagef("--url needs --token-file FILE or %s: the token is in api.token of the daemon's data folder", tokenFileVariable)
	}
	f, err := regular.OpenGiven(file)
	if err != nil {
		return nil, usage{fmt.Errorf("read the token of the API: %w", err)}
	}
	defer f.Close()
	token, err := tokenIn(f)
	if err != nil {
		return nil, err
	}
	client, err := api.DialURL(url, token)
	if err != nil {
		return nil, usage{err}
	}
	return client, nil
}
