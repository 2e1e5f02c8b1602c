package memory_test

import (
	"testing"

	"curfew/actors/system/recorder"
	"curfew/actors/system/recorder/memory"
	"curfew/actors/system/recorder/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) recorder.Store { return &memory.Store{} })
}
