package contract

import (
	"context"
	"slices"
	"strings"
)

// What goes with an order through its context, beside its caller: under which condition it is carried out, and how it
// is known again.

// Match is a condition on [Job.Version], as the header If-Match writes it: versions in quotes with commas between them,
// or * for any. Empty: there is no condition.
type Match string

// Allows reports whether a version meets the condition. A weak one (W/"…") is never met, as RFC 9110 says.
func (m Match) Allows(version string) bool {
	if m == "" || strings.TrimSpace(string(m)) == "*" {
		return true
	}
	return slices.ContainsFunc(strings.Split(string(m), ","), func(one string) bool {
		return strings.TrimSpace(one) == quoted(version)
	})
}

// quoted is a version as HTTP writes it.
func quoted(version string) string { return `"` + version + `"` }

type matchKey struct{}

// OnlyIf lets an order about a job be carried out only if the job's version meets m.
func OnlyIf(ctx context.Context, m Match) context.Context {
	return context.WithValue(ctx, matchKey{}, m)
}

// Condition is the condition of an order.
func Condition(ctx context.Context) Match {
	m, _ := ctx.Value(matchKey{}).(Match)
	return m
}

type newKey struct{}

// OnlyIfNew lets a job be set only if there is none of that name.
func OnlyIfNew(ctx context.Context) context.Context { return context.WithValue(ctx, newKey{}, true) }

// MustBeNew reports whether a job must not be there yet.
func MustBeNew(ctx context.Context) bool { return ctx.Value(newKey{}) != nil }

type onceKey struct{}

// Once names an order, so that the same one, sent again under the same name, is not carried out twice.
func Once(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, onceKey{}, name)
}

// OrderName is the name of an order; empty: it has none.
func OrderName(ctx context.Context) string {
	name, _ := ctx.Value(onceKey{}).(string)
	return name
}
