package host

import (
	"strings"

	"curfew/actors"
	"curfew/messages"
	"curfew/messages/text"
	"curfew/supervisor"
)

// doubt is what an error says to people if it reads as if the sign-in was gone, and no rule says so.
const doubt = " (a lapsed sign-in? Curfew does not know these words: `curfew help transient`)"

// signedOutWords are words with which programs say that a sign-in is gone. They decide nothing: some other failures have
// them. A number, a log and a file of sessions are no such words by themselves.
var signedOutWords = text.Pattern(`(?i)\b(http(/[0-9.]+)?|status|error|code)["':= ]*401\b|\b401 client error\b|` +
	`\bunauthori[sz]ed\b|\bunauthenticated\b|\bauthenticat(e\b|ion)|\bcredentials?\b|` +
	`\b(not|please|to) (log|logged|sign|signed)[ -]?in(to)?\b|\b(log|sign)[ -]?in (again|required)\b|\bnot authenticated\b|` +
	`\b(logged|signed) out\b|\bplease run\b.{0,20}\blogin\b|\bno (valid )?(api[ _-]?key|access token)\b|` +
	`\b(expired|invalid|incorrect|missing|revoked)\b.{0,30}\b(token|session|api[ _-]?key)\b|` +
	`\b(token|session|api[ _-]?key)\b.{0,30}\b(expired|invalid|incorrect|missing|revoked|could not be refreshed)\b`)

// likeSignedOut reports whether a text has such words, in a sentence or in a code like TOKEN_EXPIRED.
func likeSignedOut(said string) bool {
	return signedOutWords().MatchString(strings.ReplaceAll(said, "_", " "))
}

// doubted is the error of a failed attempt, with a doubt if its type tells an expired session by texts, and this one looks
// like one that nobody has named yet: to Curfew it is a failure like others, which closes nothing and is tried again.
func doubted(o *supervisor.Start, t actors.Traits, class messages.Class, r result) string {
	said := r.panic + r.text
	gated := o.Definition.Gated && o.Attempt.Session != "" && !o.Definition.OwnKey
	if !gated || !t.ExpiryByText || class != messages.ClassTransient || actors.Judged(r.err) || actors.DetailOf(r.err) != "" ||
		!likeSignedOut(said) {
		return text.Head(said, messages.MaxError)
	}
	return text.Head(said, messages.MaxError-len(doubt)) + doubt
}
