// Package targets has the targets of the notifier: places outside the program that messages are brought to. Their
// addresses hold secrets: an address is read where it is used, and redacted from every error.
package targets

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"unicode"

	"curfew/actors/env/secrets"
	"curfew/bus/regular"
	"curfew/messages/text"
)

// An Address reads the URL of a target. It is called for every message, so that a changed file counts at once.
type Address func() (string, error)

// Plain is an address that is written in the job file.
func Plain(text string) Address { return func() (string, error) { return text, nil } }

// FromEnv reads an address from a variable of the daemon.
func FromEnv(name string) Address {
	return func() (string, error) {
		text := strings.TrimSpace(os.Getenv(name))
		if text == "" {
			return "", fmt.Errorf("the variable %s is not set in the environment", name)
		}
		return text, nil
	}
}

// maxAddress bounds the file that an address is read from, in bytes.
const maxAddress = 16 << 10

// FromFile reads an address from a file, without the space around it.
func FromFile(path string) Address {
	return func() (string, error) {
		f, err := regular.Open(path)
		var text []byte
		if err == nil {
			text, err = io.ReadAll(io.LimitReader(f, maxAddress+1))
			_ = f.Close()
		}
		if err == nil && len(text) > maxAddress {
			err = fmt.Errorf("%s is longer than %d bytes", path, maxAddress)
		}
		if err != nil {
			return "", fmt.Errorf("the file with the address cannot be read: %w", err)
		}
		if len(strings.TrimSpace(string(text))) == 0 {
			return "", fmt.Errorf("the file with the address is empty: %s", path)
		}
		return strings.TrimSpace(string(text)), nil
	}
}

// leastSecret is the length from which a part of an address counts as a secret, in bytes.
const leastSecret = 4

// scrub redacts from a text what may be a secret of an address: the whole, and every part of its user, path, query and
// fragment; with hosts, also the host: some services have a token there.
func scrub(text, address string, hosts bool) string {
	text = anyURL().ReplaceAllString(strings.ReplaceAll(text, address, secrets.Redacted), secrets.Redacted)
	for _, part := range parts(address, hosts) {
		text = strings.ReplaceAll(text, part, secrets.Redacted)
	}
	return text
}

// anyURL matches what looks like a URL: a client may quote one that it made of the address.
var anyURL = text.Pattern(`[a-z][a-z0-9+.-]*://[^\s"']+`)

// parts returns the fields of an address and the words in them, the longest first: services make other URLs of them.
func parts(address string, hosts bool) (out []string) {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	fields := []string{u.Path, u.EscapedPath(), u.RawQuery, u.Fragment}
	if u.User != nil {
		password, _ := u.User.Password()
		fields = append(fields, u.User.Username(), password, u.User.String())
	}
	if hosts {
		fields = append(fields, u.Host)
	}
	for _, values := range u.Query() {
		fields = append(fields, values...)
	}
	for _, f := range fields {
		out = append(out, f)
		out = append(out, strings.FieldsFunc(f, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})...)
	}
	out = slices.DeleteFunc(out, func(p string) bool { return len(p) < leastSecret })
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(out)
}

// bare is an error of an HTTP client without the URL that it was about.
func bare(err error) error {
	var about *url.Error
	if errors.As(err, &about) {
		return about.Err
	}
	return err
}
