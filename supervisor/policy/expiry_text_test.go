package policy

import "testing"

const canned = "Something went wrong. Please try again."

func TestIsSessionExpired(t *testing.T) {
	const backend401 = `OpenHuman API error (401 Unauthorized): {"success":false,"error":"Invalid token"}`
	tests := []struct {
		name          string
		gated         bool
		agent, output string
		want          bool
	}{
		{"the backend's 401 in the agent's error", true, backend401, canned, true},
		{"the backend's 401 in the output only", true, "", backend401, true},
		{"in the output, behind an error of another kind", true, "exit status 1", backend401, true},
		{"the canned message", true, canned, canned, false},
		{"a provider's own 401", true, "OpenAI API error (401 Unauthorized): Invalid API key", canned, false},
		{"a shell job, in its error", false, backend401, "", false},
		{"a shell job, in its output", false, "exit status 1", "SESSION_EXPIRED: sign in\n" + backend401, false},
		{"half in the error, half in the output", true, "API error (401)", `{"error":"Invalid token"}`, false},
		{"nothing at all", true, "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := IsSessionExpired(tt.gated, tt.agent, tt.output); got != tt.want {
				t.Errorf("IsSessionExpired(%v, %q, %q) = %v", tt.gated, tt.agent, tt.output, got)
			}
		})
	}
}

// TestReadsExpired pins texts that were seen in the field. Each one, as an error and as an output, reads
// the same.
func TestReadsExpired(t *testing.T) {
	corpus := map[bool][]string{
		true: {
			`OpenHuman API error (401 Unauthorized): {"success":false,"error":"Invalid token"}`,
			`OpenHuman API error (401 Unauthorized): {"success":false,"error":"Token expired","errorCode":"TOKEN_EXPIRED"}`,
			`OpenHuman returned HTTP 401: {"success":false,"error":"Invalid token","errorCode":"UNAUTHORIZED"}`,
			`OpenHuman streaming API error (401 Unauthorized): {"success":false,"error":"Invalid token"}`,
			`Embedding API error (401 Unauthorized): {"success":false,"error":"Invalid token"}`,
			"SESSION_EXPIRED: backend session not active — sign in to resume LLM work",
			"SESSION_EXPIRED: backend session token expired locally — re-authentication required",
			"first line\nSESSION_EXPIRED: and more\nlast line",
			"first line\r\nSESSION_EXPIRED:\r\n",
		},
		false: {
			"OpenAI API error (401 Unauthorized): invalid_api_key",
			"OpenAI API error (401 ...) Invalid API key",
			"OpenAI API error (401): unauthorized",
			"Anthropic API error (401 Unauthorized): authentication_error",
			"OpenAI streaming API error (401): invalid_api_key",
			`provider returned 401: {"error":"Invalid API key"}`,
			`provider returned 403: {"error":"Forbidden: API key revoked"}`,
			`OpenHuman API error (403 Forbidden): {"error":"Invalid token"}`,
			`openai Responses API error 401 {"error":{"code":"token_expired","message":"Provided authentication token is expired. Please try signing in again."}}`,
			"MCP unauthorized for `https://mcp.example.com` (HTTP 401 Unauthorized)",
			"Discord: 401: Unauthorized",
			"Invalid token",
			`{"success":false,"error":"Invalid token"}`,
			`{"errorCode":"TOKEN_EXPIRED"}`,
			canned + " This error has been reported.",
			"the agent said SESSION_EXPIRED: in the middle of a line",
			"  SESSION_EXPIRED: indented",
			"session_expired: in lower case",
			"SESSION_EXPIRED without a colon",
			// Texts of other programs that do mean it. The default patterns do not know them; a job's
			// expired_when may.
			`OpenHuman API error (401 Unauthorized): {"message":"Session expired. Please log in again."}`,
			"no backend session token; run auth_store_session first",
			"session JWT required",
		},
	}
	for want, texts := range corpus {
		for _, text := range texts {
			if got := IsSessionExpired(true, text, canned); got != want {
				t.Errorf("as an error, %q: %v, want %v", text, got, want)
			}
			if got := IsSessionExpired(true, canned, text); got != want {
				t.Errorf("as an output, %q: %v, want %v", text, got, want)
			}
			if IsSessionExpired(false, text, text) {
				t.Errorf("ungated, %q closes a gate", text)
			}
		}
	}
}
