package host

import "testing"

// TestLikeSignedOut: what CLIs say without a sign-in (most of it measured: docs/agent-clis.md), and other failures.
func TestLikeSignedOut(t *testing.T) {
	t.Parallel()
	for want, texts := range map[bool][]string{
		true: {
			"Not logged in · Please run /login",
			"Failed to authenticate: OAuth session expired and could not be refreshed",
			"Failed to authenticate. API Error: 401 Invalid bearer token",
			"Invalid API key · Fix external API key",
			"unexpected status 401 Unauthorized: Incorrect API key provided., url: http://127.0.0.1:4010/v1/responses",
			"Your access token could not be refreshed because your refresh token was already used. Please log out and sign in again.",
			"Request had invalid authentication credentials.",
			"This is usually transient; retry in a minute, and if it persists close other Claude Code processes or sign in again",
			"[API Error: 401 Incorrect API key provided.]",
			"401 \"Invalid token\"",
			`401 {"type":"error","error":{"type":"authentication_error"}}`,
			`{"error":{"code":401,"message":"no"}}`,
			"No API key found for anthropic.",
			"Anthropic API key is missing. Pass it using the 'apiKey' parameter or the ANTHROPIC_API_KEY environment variable.",
			"Error: No authentication information found.",
			"Authentication failed with provider at http://127.0.0.1:4010/v1 (HTTP 401).",
			"invalid x-api-key",
			"You are not logged into any GitHub hosts.",
			"To get started with GitHub CLI, please run:  gh auth login",
			"Please run 'az login' to setup account.",
			"Unable to locate credentials",
			"HTTP/1.1 401",
			"401 Client Error for url: http://127.0.0.1",
			"you have to sign in",
			"you are signed out",
			`{"error":"no","errorCode":"TOKEN_EXPIRED"}`,
			"SESSION_EXPIRED_ERROR",
			"error=invalid_token",
			"token_revoked",
			"ERR_INVALID_API_KEY: x",
			"code: api_key_missing",
			"ERR_UNAUTHORIZED",
			"unauthorized_client",
			"UNAUTHENTICATED_USER",
			"not_authenticated",
			"LOGIN_REQUIRED",
			"not_logged_in",
			"please_log_in_again",
			"no_access_token",
			"authentication_failed",
			"ERR_AUTHENTICATION_FAILED",
			"invalid_credentials",
			"ERROR_CODE: 401",
			"http_status=401",
		},
		false: {
			"see the log in /var/log/x",
			"see the log out/build.log",
			"panic at main.go:401",
			"wrote 401 lines",
			"no such session file",
			"no space left on device",
			"no token of the grammar begins so",
			"the answer has more than 4010 tokens",
			"assigned in main.go, never used",
			"logged in 3 s; then: division by zero",
			"authenticated; then: division by zero",
			"exceeded retry limit, last status: 429",
			"unexpected status 403 Forbidden: You have no right to do this.",
			"Quota exceeded. Check your plan and billing details.",
			"Credit balance is too low",
			"stream disconnected before completion",
			"status 4011",
			"tokens_per_second: invalid",
			"session_file: no such file",
			"authenticated_user: 3",
			"catalog_in progress",
		},
	} {
		for _, said := range texts {
			if likeSignedOut(said) != want {
				t.Errorf("%q: like signed out: %v", said, !want)
			}
		}
	}
}
