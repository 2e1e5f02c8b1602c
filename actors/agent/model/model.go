// Package model asks a language model one question at a time, by the protocol of OpenAI or of Anthropic. An answer is
// read as a stream. Errors are told apart by type: a refusal is an [*actors.StatusError], whether it came as a status,
// in the body of a 200 or in the middle of a stream.
//
// Requests are valid for strict endpoints, and answers are read leniently: only members that are used matter. A
// question is asked again only if the endpoint refuses a member that can be left out.
package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// The protocols.
const (
	OpenAI    = "openai"
	Anthropic = "anthropic"
)

// Bounds of one answer.
const (
	maxAnswer = 8 << 20 // bytes on the wire
	maxCalls  = 64      // tools that the model asks for at once
)

// ErrUnreachable means that there was no answer: the connection could not be made, or ended before the first line of an
// answer.
var ErrUnreachable = errors.New("no answer")

// ErrQuestion means that a question cannot be asked as it is.
var ErrQuestion = errors.New("model: the question is not valid")

// ErrBroken means that an answer began, or was accepted, but did not end properly.
var ErrBroken = errors.New("the answer broke off")

// An answer over a bound. Another one would cost the same.
var (
	ErrTooLong      = fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	ErrTooManyCalls = fmt.Errorf("the model asks for more than %d tools at once", maxCalls)
)

// An Endpoint says where to ask, and how.
type Endpoint struct {
	// Base is the URL that the protocol's paths are added to.
	Base string
	// Client makes statuses of 400 and above an [*actors.StatusError], and sends the credential unless
	// there is a Key.
	Client *http.Client
	// Key is an own key; empty: the client knows what to send.
	Key string
	// Redact takes secrets out of what an error quotes; nil: there are none.
	Redact func(string) string
	// Silence is how long the endpoint may send nothing; 0: ten minutes.
	Silence time.Duration
	// NoStreamOptions leaves out stream_options, which make endpoints of OpenAI's protocol report the usage.
	NoStreamOptions bool
}

// String names the endpoint without its key.
func (e Endpoint) String() string { return "model: " + e.Base }

// GoString is String: %#v would show the key.
func (e Endpoint) GoString() string { return e.String() }

// A Question is what the model is asked: the whole conversation so far.
type Question struct {
	Model     string // the endpoint chooses if it is empty
	System    string // instructions; may be empty
	Messages  []Message
	Tools     []Tool
	MaxTokens int // of the answer; 0: the endpoint's own bound, or 32,000 (4,096) where one must be told
}

// The speakers of a conversation.
const (
	User      = "user"
	Assistant = "assistant"
)

// A Message is one turn of the conversation: a text, with calls of tools from an assistant, or with their results from
// a user.
type Message struct {
	Role    string
	Text    string
	Calls   []Call
	Results []Result
	Echo    Echo // of an assistant; see [Answer]
}

// A Tool is one that the model may ask for.
type Tool struct {
	Name        string // of letters, digits, _ and -, at most 64
	Description string
	Schema      json.RawMessage // JSON Schema of its arguments, an object
}

// A Call is a tool that the model asks for. Its ID is unique in the conversation.
type Call struct {
	ID        string
	Name      string
	Arguments string // a JSON object, unless it is Bad: then what the model wrote
	Bad       string // why it must not be carried out; empty: it may be

	extra map[string]json.RawMessage // other members, sent back unchanged, such as a signature of thoughts
}

// A Result is what a tool answered.
type Result struct {
	ID     string // of the call
	Text   string
	Failed bool
}

// An Echo is the part of an answer that an endpoint must get back unchanged: thoughts and their signatures. It is for
// the same conversation only, and never for people.
type Echo any

// An Answer is what the model said.
type Answer struct {
	Text         string
	Calls        []Call
	InputTokens  int    // as the endpoint counted them; 0 if it did not say
	OutputTokens int    // the same
	Stop         string // why it ended, in the protocol's words
	Refusal      string // what it said in place of an answer
	Thoughts     bool   // there was reasoning besides the answer
	Echo         Echo
	From         string // method and URL of the endpoint
}

// cost is what is left of an answer that cannot be used.
func (a Answer) cost() Answer {
	return Answer{InputTokens: a.InputTokens, OutputTokens: a.OutputTokens}
}

// Message is the answer as a part of the conversation.
func (a Answer) Message() Message {
	return Message{Role: Assistant, Text: a.Text, Calls: a.Calls, Echo: a.Echo}
}

// A Model answers questions.
type Model interface {
	// Ask asks once. With an error the answer has nothing but what it has cost, as far as the endpoint had said that. The
	// error is that of ctx if ctx has ended, an [*actors.StatusError] for every kind of refusal (one in a 200 has its own
	// code as the status, if that is a status, else 200), [ErrUnreachable], [ErrBroken], [ErrTooLong] or
	// [ErrTooManyCalls]. Any other error says what came instead of an answer, and from where. [Answer.Cut] says whether the
	// model's side cut off a complete answer.
	Ask(ctx context.Context, q Question) (Answer, error)
}

// New makes a model of that protocol.
func New(protocol string, e Endpoint) (Model, error) {
	if e.Redact == nil {
		e.Redact = func(s string) string { return s }
	}
	if e.Silence == 0 {
		e.Silence = defaultSilence
	}
	switch protocol {
	case OpenAI:
		return &openAI{to: e, streamOptions: !e.NoStreamOptions}, nil
	case Anthropic:
		return &anthropic{to: e, maxTokens: defaultMaxTokens}, nil
	default:
		return nil, fmt.Errorf("model: unknown protocol %q", protocol)
	}
}
