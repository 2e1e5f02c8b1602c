package model

import (
	"slices"
	"strings"
)

// Why an answer ends that is not whole, in the words of those who speak the protocols.
var (
	// capped: the same question would be cut off again. Of OpenAI, Mistral, Anthropic and Google's endpoints.
	capped = []string{
		"length", "max_tokens", "model_length", "max_output_tokens", "model_context_window_exceeded",
		"content_filter", "content-filter", "safety", "recitation", "prohibited_content", "blocklist", "spii",
		"refusal", "pause_turn", "malformed_function_call",
	}
	// failed: whoever answered could not go on. Of DeepSeek, Zhipu and gateways.
	failed = []string{"insufficient_system_resource", "network_error", "error", "abort", "aborted", "cancelled", "canceled"}
)

// Cut reports whether the answer is not whole by the model's own word, and whether another try may help. Of
// such an answer nothing must be used: neither the text, which is half of one, nor a call of a tool.
func (a Answer) Cut() (cut, again bool) {
	why := strings.ToLower(a.Stop)
	again = slices.Contains(failed, why)
	return again || slices.Contains(capped, why), again
}
