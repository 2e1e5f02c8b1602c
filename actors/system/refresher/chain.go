package refresher

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"curfew/actors/env/secrets"
	"curfew/bus/durable"
)

// chain is a refresh token that a person brought, and the tokens that the server put in its place, one after the other.
// The newest is kept together with a hash of the first: when a person brings another token, a new chain begins.
type chain struct {
	mu     sync.Mutex
	kept   link     // the newest that the server handed out, as the file had it last; without a token there is none
	unkept bool     // the file does not have it yet
	epoch  int      // rises when everything is forgotten
	gone   []string // hashes of tokens that the server has called spent since it last took one, newest last
}

// link is one token of a chain.
type link struct {
	token string
	from  string // hash of the first; empty: kept by a build that did not note it
	epoch int
}

// keptFile is the content of the file.
type keptFile struct {
	Version      int    `json:"version"`
	From         string `json:"from"` // SHA-256 of the refresh token that a person brought, in hex
	RefreshToken string `json:"refresh_token"`
}

// keptVersion is the version of the file's form. Before there were versions, the file was the token alone.
const keptVersion = 1

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// next returns the refresh token to send: the newest of the chain that began with the person's token, or that token
// itself. The error is [ErrSpent] if the server has called it spent.
func (c *chain) next(path string, first func() (string, error)) (link, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.load(path); err != nil {
		return link{}, fmt.Errorf("oauth2: read the kept refresh token: %w", err)
	}
	brought, err := first()
	begun := link{token: brought, from: hash(brought), epoch: c.epoch}
	newest := c.kept
	newest.epoch = c.epoch
	if newest.from == "" && err == nil {
		newest.from = begun.from // noted from now on
	}
	switch {
	case c.kept.token == "" && err != nil:
		return link{}, err
	case c.kept.token == "" || err == nil && newest.from != begun.from:
		newest = begun // a person's new token always wins
	case c.kept.from == "" && c.spent(newest) && err == nil:
		newest = begun // it is unknown which of the two is newer, so the other one is tried
	}
	if c.spent(newest) {
		return link{}, ErrSpent
	}
	return newest, nil
}

// maxGone bounds the spent tokens that are remembered.
const maxGone = 16

func (c *chain) spent(l link) bool { return slices.Contains(c.gone, hash(l.token)) }

// spend notes that the server no longer accepts the token.
func (c *chain) spend(l link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = append(c.gone, hash(l.token))
	c.gone = c.gone[max(0, len(c.gone)-maxGone):]
}

// follow adds the token that the server has handed out for the link; empty: the same token stays valid. It is kept in
// memory if it cannot be written: see write.
func (c *chain) follow(path string, l link, token string) {
	c.mu.Lock()
	c.gone = nil
	if l.epoch == c.epoch {
		next := link{token: cmp.Or(token, l.token), from: l.from}
		if hash(next.token) == l.from {
			next = link{} // it is the person's, who has put it somewhere already
		}
		if next != c.kept {
			c.kept, c.unkept = next, true
		}
	}
	c.mu.Unlock()
	_ = c.write(path) // Settle reports the error, and tries again
}

// write brings the file up to date.
func (c *chain) write(path string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.unkept {
		return nil
	}
	if err := c.save(path); err != nil {
		return err
	}
	c.unkept = false
	return nil
}

func (c *chain) save(path string) error {
	if c.kept.token == "" {
		return durable.Remove(path)
	}
	raw, err := json.Marshal(keptFile{Version: keptVersion, From: c.kept.from, RefreshToken: c.kept.token})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return durable.Replace(path, append(raw, '\n'))
}

// forget drops the tokens that the server has handed out, also one that it hands out to a request under way.
func (c *chain) forget(path string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept, c.gone = link{}, nil
	c.epoch++
	c.unkept = true
	if err := c.save(path); err != nil {
		return err
	}
	c.unkept = false
	return nil
}

// load reads the file, each time: another node may have got a newer token, which was written there. What the file does
// not have yet is newer.
func (c *chain) load(path string) error {
	if c.unkept {
		return nil
	}
	raw, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	kept, ok := parse(raw)
	if !ok {
		return fmt.Errorf("%s cannot be read as a kept refresh token; move it away", path)
	}
	c.kept = kept
	return nil
}

// parse reads the content of a file; none is that of no token. There is no error: it could show a part of a token.
func parse(raw []byte) (kept link, ok bool) {
	text := strings.TrimSpace(string(raw))
	if !strings.HasPrefix(text, "{") {
		return link{token: text}, true
	}
	var f keptFile
	if json.Unmarshal(raw, &f) != nil || f.Version != keptVersion {
		return link{}, false
	}
	return link{token: f.RefreshToken, from: f.From}, true
}

// HideKept makes the refresh token that [OAuth2] keeps in a file known among the secrets, from the file's content. It
// reports whether that can be read.
func HideKept(known *secrets.Set, session string, raw []byte) bool {
	kept, ok := parse(raw)
	known.Keep("kept refresh token of "+session, kept.token)
	return ok
}
