package policy

import "strings"

// markerExpired at the start of a line says that a session has expired, in the output of any program.
const markerExpired = "SESSION_EXPIRED:"

// An answer of 401 is told by one text of each list: the status as a client prints it, and the backend's
// body. One alone is not enough: an ordinary provider's 401 has the first, a chat about tokens the second.
var (
	statusTexts = []string{"API error (401", "returned HTTP 401"}
	bodyTexts   = []string{`"error":"Invalid token"`, `"errorCode":"TOKEN_EXPIRED"`}
)

// IsSessionExpired reports whether a failed attempt of a gated actor type failed because its session has
// expired, by its texts: the agent's error first, the output as a fallback. It is the one predicate over
// texts, for types that have no better signal; an ungated type's texts mean nothing, whatever they say.
func IsSessionExpired(gated bool, agentError, output string) bool {
	return gated && (saysExpired(agentError) || saysExpired(output))
}

func saysExpired(text string) bool {
	if strings.HasPrefix(text, markerExpired) || strings.Contains(text, "\n"+markerExpired) {
		return true
	}
	return containsAny(text, statusTexts) && containsAny(text, bodyTexts)
}

func containsAny(text string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}
