package agent

import (
	"context"
	"time"
)

// Pauses replaces how an attempt waits before it asks again.
func Pauses(f func(ctx context.Context, d time.Duration) error) { pause = f }
