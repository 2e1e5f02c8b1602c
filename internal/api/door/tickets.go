package door

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// A ticket signs a browser in once. It stands in a link, so it is good for minutes only.
const (
	ticketFor  = 5 * time.Minute
	maxTickets = 16 // that are not used yet; a further one takes the place of the oldest
)

// tickets are the tickets that are not used yet, oldest first. Only their digests are kept: guessing one of 2^128 needs no
// bound of its own.
type tickets struct {
	mu  sync.Mutex
	all []ticket
}

type ticket struct {
	digest [sha256.Size]byte
	role   Role
	until  time.Time
}

// issue makes a ticket for a role.
func (t *tickets) issue(role Role, now time.Time) (text string, until time.Time) {
	text, until = rand.Text(), now.Add(ticketFor)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.all) >= maxTickets {
		t.all = t.all[1:]
	}
	t.all = append(t.all, ticket{sha256.Sum256([]byte(text)), role, until})
	return text, until
}

// take uses a ticket up; Nobody: it is unknown, used or too old.
func (t *tickets) take(text string, now time.Time) Role {
	digest := sha256.Sum256([]byte(text))
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, one := range t.all {
		if one.digest == digest { // of digests the time that this takes tells nothing
			t.all = append(t.all[:i:i], t.all[i+1:]...)
			if now.Before(one.until) {
				return one.role
			}
			break
		}
	}
	return Nobody
}
