package model

import (
	"slices"
	"strings"
)

// The stop reasons of answers that are not complete, as the endpoints write them.
var (
	// capped: the same question would be cut off again. From OpenAI, Mistral, Anthropic and Google's endpoints.
	capped = []string{
		"length", "max_tokens", "model_length", "max_output_tokens", "model_context_window_exceeded",
		"content_filter", "content-filter", "safety", "recitation", "prohibited_content", "blocklist", "spii",
		"refusal", "pause_turn", "malformed_function_call",
	}
	// failed: the endpoint could not go on. From DeepSeek, Zhipu and gateways.
	failed = []string{"insufficient_system_resource", "network_error", "error", "abort", "aborted", "cancelled", "canceled"}
)

// Cut reports whether the endpoint says that the answer is not complete, and whether another try may help. Such an
// answer must not be used: its text is only a part, and so may be its calls of tools.
func (a Answer) Cut() (cut, again bool) {
	why := strings.ToLower(a.Stop)
	again = slices.Contains(failed, why)
	return again || slices.Contains(capped, why), again
}
