package messages

// A StepKind says what a step of a trace is.
type StepKind string

// The kinds of steps.
const (
	StepMessage    StepKind = "message"     // a message of the conversation; the model's is empty if it only asked for tools
	StepToolCall   StepKind = "tool_call"   // the model asked for a tool; Text is its arguments as JSON
	StepToolResult StepKind = "tool_result" // what the tool answered
	StepNote       StepKind = "note"        // what was left out before the model was asked, and why; not a part of the conversation
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

	At    Instant  `json:"at,omitzero"`    // when it was over; of a model's message and a tool's result
	Took  Duration `json:"took,omitzero"`  // how long the model or the tool took for it
	Usage *Usage   `json:"usage,omitzero"` // of a model's message: what the call cost
}

// Bounds of a trace on the bus.
const (
	MaxSteps    = 256
	MaxStepText = 4 << 10  // bytes of one step's text
	MaxTrace    = 64 << 10 // bytes of all texts together
)
