package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"curfew/bus/regular"
	"curfew/internal/contract"
)

// maxToken is how long a token may be, in bytes: it must fit a request.
const maxToken = 32 << 10

// token reads a session's new token. It is never an argument, since every process can see those.
func (t *terminal) token(ctx context.Context, session, file string) (contract.Secret, error) {
	raw, err := t.tokenBytes(ctx, session, file)
	if err != nil {
		return "", err
	}
	text, err := oneToken(raw)
	return contract.Secret(text), err
}

// tokenIn reads the token in a file.
func tokenIn(f io.Reader) (string, error) {
	raw, err := readToken(f)
	if err != nil {
		return "", err
	}
	return oneToken(raw)
}

// oneToken is a token without the end of its line.
func oneToken(raw []byte) (string, error) {
	text := strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
	switch {
	case text == "":
		return "", usagef("the token is empty; give it on standard input, or in a file with --token-file")
	case len(text) > maxToken:
		return "", usagef("the token is longer than %d bytes", maxToken)
	}
	return text, nil
}

func (t *terminal) tokenBytes(ctx context.Context, session, file string) ([]byte, error) {
	if file != "" {
		f, err := regular.OpenGiven(file)
		if err != nil {
			return nil, usage{fmt.Errorf("read the token: %w", err)}
		}
		defer f.Close()
		return readToken(f)
	}
	if in, ok := t.in.(*os.File); ok && isTerminal(in) {
		return t.prompt(ctx, in, session)
	}
	return readToken(t.in)
}

func readToken(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxToken+3)) // one byte too many, and a line end
	if err != nil {
		return nil, fmt.Errorf("read the token: %w", err)
	}
	return raw, nil
}

// prompt reads a token without showing it. Ctrl-C restores the terminal.
func (t *terminal) prompt(ctx context.Context, in *os.File, session string) ([]byte, error) {
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return nil, fmt.Errorf("read the token: %w", err)
	}
	fmt.Fprintf(t.err, "token of session %s (not shown): ", session)
	defer fmt.Fprintln(t.err)
	type result struct {
		raw []byte
		err error
	}
	done := make(chan result, 1)
	go func() {
		raw, err := term.ReadPassword(int(in.Fd()))
		done <- result{raw, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return nil, fmt.Errorf("read the token: %w", r.err)
		}
		return r.raw, nil
	case <-ctx.Done():
		if err := term.Restore(int(in.Fd()), before); err != nil {
			return nil, fmt.Errorf("restore the terminal: %w", err)
		}
		return nil, ctx.Err()
	}
}
