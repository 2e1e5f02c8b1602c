package messages

// Usage is what the model calls of an attempt cost.
type Usage struct {
	Calls        int `json:"calls"`         // requests that were answered
	InputTokens  int `json:"input_tokens"`  // as the provider counted them; 0 if it did not say
	OutputTokens int `json:"output_tokens"` // as the provider counted them; 0 if it did not say
}

// maxUsage bounds each number of a usage, so that no sum of them overflows: providers are not believed.
const maxUsage = 1 << 60

// Tokens is all of them.
func (u Usage) Tokens() int { return bounded(u.InputTokens) + bounded(u.OutputTokens) }

// Plus is both together.
func (u Usage) Plus(o Usage) Usage {
	return Usage{
		Calls:        bounded(bounded(u.Calls) + bounded(o.Calls)),
		InputTokens:  bounded(bounded(u.InputTokens) + bounded(o.InputTokens)),
		OutputTokens: bounded(bounded(u.OutputTokens) + bounded(o.OutputTokens)),
	}
}

func bounded(n int) int { return min(max(n, 0), maxUsage) }

// A StepKind says what a step of a trace is.
type StepKind string

// The kinds of steps.
const (
	StepMessage    StepKind = "message"     // somebody said something
	StepToolCall   StepKind = "tool_call"   // the model asked for a tool; Text is its arguments as JSON
	StepToolResult StepKind = "tool_result" // what the tool answered
	StepNote       StepKind = "note"        // what was left out before the model was asked, and why; nobody has told it
	StepCut        StepKind = "cut"         // steps were left out here to keep the trace within its bound
)

// A Step is one step of what an agent did in an attempt, in order.
type Step struct {
	Kind   StepKind `json:"kind"`
	Role   string   `json:"role,omitzero"`   // of a message: system, user or assistant
	Tool   string   `json:"tool,omitzero"`   // of a call and its result
	Text   string   `json:"text"`            // redacted, at most [MaxStepText]
	Failed bool     `json:"failed,omitzero"` // of a result: the tool answered with an error
	Stop   string   `json:"stop,omitzero"`   // of a model's message: why it ended, in the protocol's words
}

// Bounds of a trace on the bus.
const (
	MaxSteps    = 256
	MaxStepText = 4 << 10  // bytes of one step's text
	MaxTrace    = 64 << 10 // bytes of all texts together
)

// A Detail says more about a failure than its class does, where the machine's rules need it.
type Detail string

// The details; only of attempts with a session.
const (
	// DetailQuota is a rate_limited failure: the session's quota or plan is used up until RetryAfter.
	DetailQuota Detail = "quota"
	// DetailUnreachable is a transient failure: the session's backend could not be reached.
	DetailUnreachable Detail = "unreachable"
	// DetailUnanswered is a transient failure: what was asked before the work, such as whether a CLI is signed in, got no
	// answer. Nothing was tried, so it is no attempt: it does not count, and is tried again after a pause.
	DetailUnanswered Detail = "unanswered"
)
