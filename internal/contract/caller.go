package contract

import "context"

// unknownCaller is the name of a caller of whom nobody knows who it is.
const unknownCaller = "api"

type callerKey struct{}

// Caller is the name of the person or program that asks: over the socket, that of the user at its other end.
func Caller(ctx context.Context) string {
	if name, ok := ctx.Value(callerKey{}).(func() string); ok {
		return name()
	}
	return unknownCaller
}

// WithCaller remembers who asks. The name is looked up only when it is needed: most requests do not need it, and a
// directory of users may be slow.
func WithCaller(ctx context.Context, name func() string) context.Context {
	return context.WithValue(ctx, callerKey{}, name)
}

type readOnlyKey struct{}

// WithReadOnly remembers that who asks may look, and change nothing.
func WithReadOnly(ctx context.Context) context.Context {
	return context.WithValue(ctx, readOnlyKey{}, true)
}

// MayWrite reports whether who asks may change something.
func MayWrite(ctx context.Context) bool { return ctx.Value(readOnlyKey{}) == nil }
