package policy

import (
	"testing"
	"unsafe"
)

// TestWeightOfAJob bounds what the machine keeps for each job besides its definition, which it shares.
func TestWeightOfAJob(t *testing.T) {
	const bound = 128
	if n := unsafe.Sizeof(job{}); n > bound {
		t.Errorf("a job has %d bytes, over %d", n, bound)
	}
}
