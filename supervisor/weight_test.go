package supervisor

import (
	"testing"
	"unsafe"
)

// TestWeightOfAJob bounds what a shard keeps for each job: a definition is shared, never copied, and an idle mailbox has no
// room for messages.
func TestWeightOfAJob(t *testing.T) {
	const bound = 96
	if n := unsafe.Sizeof(child{}); n > bound {
		t.Errorf("a child has %d bytes, over %d", n, bound)
	}
	const mailboxBound = 80
	if n := unsafe.Sizeof(mailbox{}); n > mailboxBound {
		t.Errorf("a mailbox has %d bytes, over %d", n, mailboxBound)
	}
}
