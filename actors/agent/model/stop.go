package model

import (
	"slices"
	"strings"
)

// The stop reasons of answers that are not complete, as the endpoints write them.
var (
	// capped: the same question would be cut off again. From OpenAI, Mistral, Anthropic, Google's, Amazon's, Cohere's, IBM's
	// and Zhipu's endpoints.
	capped = []string{
		"length", "max_tokens", "model_length", "max_output_tokens", "model_context_window_exceeded", "token_limit", "error_limit", "incomplete",
		"content_filter", "content-filter", "content_filtered", "safety", "recitation", "prohibited_content", "blocklist", "spii",
		"image_safety", "language", "sensitive", "guardrail_intervened", "error_toxic",
		"refusal", "pause_turn", "malformed_function_call", "malformed_tool_use", "malformed_model_output", "unexpected_tool_call",
		"too_many_tool_calls",
	}
	// failed: the endpoint could not go on. From DeepSeek, Zhipu, Google, Cohere, IBM and gateways.
	failed = []string{
		"insufficient_system_resource", "network_error", "error", "abort", "aborted", "cancelled", "canceled", "user_cancel",
		"timeout", "time_limit", "other",
	}
)

// stops notes a stop reason. A later one does not make a part of an answer a complete one.
func (a *Answer) stops(why string) {
	if cut, _ := a.Cut(); why != "" && !cut {
		a.Stop = why
	}
}

// Cut reports whether the endpoint says that the answer is not complete, and whether another try may help. Such an
// answer must not be used: its text is only a part, and so may be its calls of tools.
func (a Answer) Cut() (cut, again bool) {
	why := strings.ToLower(a.Stop)
	again = slices.Contains(failed, why)
	return again || slices.Contains(capped, why), again
}
