package door

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"curfew/bus/durable"
)

// A Role is what a caller may do.
type Role int

// The roles of callers.
const (
	Nobody Role = iota
	Reader      // may look, and change nothing
	Owner       // may do everything
)

// Bounds of a token, in bytes.
const (
	leastToken = 16
	mostToken  = 512
)

// Keys are the tokens of the callers over TCP. Only their digests are kept.
type Keys struct{ owner, reader [sha256.Size]byte }

// ReadKeys reads the tokens of the two roles from their files, and makes a file that is not there. A file that others
// can read is refused, and so are two that have the same token.
func ReadKeys(owner, reader string) (Keys, error) {
	all, err := readKey(owner)
	if err != nil {
		return Keys{}, err
	}
	read, err := readKey(reader)
	if err != nil {
		return Keys{}, err
	}
	if all == read {
		return Keys{}, fmt.Errorf("%s and %s have the same token; remove one, and a new one is made", owner, reader)
	}
	return Keys{sha256.Sum256([]byte(all)), sha256.Sum256([]byte(read))}, nil
}

// readKey reads or makes one token.
func readKey(file string) (string, error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return makeKey(file)
	case err != nil:
		return "", fmt.Errorf("read the token of the API: %w", err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is not a file", file)
	case info.Mode().Perm()&0o077 != 0:
		return "", fmt.Errorf("%s can be read by others (mode %04o): replace its token, and `chmod 600 %s`",
			file, info.Mode().Perm(), file)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the token of the API: %w", err)
	}
	token := strings.TrimSpace(string(raw))
	bad := func(c rune) bool { return c <= ' ' || c > '~' }
	if len(token) < leastToken || len(token) > mostToken || strings.ContainsFunc(token, bad) {
		return "", fmt.Errorf("%s has no token of %d to %d characters of ASCII without spaces; remove it, and one is made",
			file, leastToken, mostToken)
	}
	return token, nil
}

// makeKey makes a random token of 256 bits. The file is 0600 before it has its name.
func makeKey(file string) (string, error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // it never fails
	token := base64.RawURLEncoding.EncodeToString(raw)
	if err := durable.Replace(file, []byte(token+"\n")); err != nil {
		return "", fmt.Errorf("make a token of the API: %w", err)
	}
	return token, nil
}

// Role is the role of whoever has a token. It takes the same time for every token of a length.
func (k Keys) Role(token string) Role {
	sum := sha256.Sum256([]byte(token))
	owner := subtle.ConstantTimeCompare(sum[:], k.owner[:])
	reader := subtle.ConstantTimeCompare(sum[:], k.reader[:])
	return Role(owner*int(Owner) + reader*int(Reader))
}
