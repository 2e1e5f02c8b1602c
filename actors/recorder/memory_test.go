package recorder_test

import (
	"testing"

	"curfew/actors/recorder"
	"curfew/actors/recorder/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) recorder.Store { return &recorder.Memory{} })
}
