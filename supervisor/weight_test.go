package supervisor

import (
	"testing"
	"unsafe"
)

// TestWeightOfAChild bounds what a shard keeps for each job: a definition is shared, never copied.
func TestWeightOfAChild(t *testing.T) {
	const bound = 144
	if n := unsafe.Sizeof(child{}); n > bound {
		t.Errorf("a child has %d bytes, over %d", n, bound)
	}
}
