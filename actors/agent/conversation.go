package agent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"curfew/actors"
	"curfew/actors/agent/model"
	"curfew/actors/agent/tools"
	"curfew/messages"
)

// conversation is the loop of one attempt: ask the model, call the tools that it asks for, ask again.
type conversation struct {
	to    *endpoint
	tools *tools.Set
	run   actors.Attempt
	asked model.Question
	trace trace
	usage messages.Usage

	prompt string // what this run was asked

	iterations, tokens, toolOutput int  // the caps
	heard                          int  // bytes of the answers of tools so far
	began                          bool // whether a tool that is not read-only was called
}

func newConversation(run actors.Run[Spec], to *endpoint, set *tools.Set, thread []actors.Turn) *conversation {
	c := &conversation{to: to, tools: set, run: run.Attempt, trace: trace{redact: to.redact}}
	c.iterations, c.tokens, c.toolOutput = run.Spec.caps()
	system, prompt := run.Spec.System, run.Spec.Prompt
	if strings.TrimSpace(prompt) == "" {
		system, prompt = "", system // the conversation needs a first message
	}
	c.asked = model.Question{Model: run.Spec.Model, System: system, MaxTokens: run.Spec.MaxTokens}
	for _, t := range set.Tools() {
		c.asked.Tools = append(c.asked.Tools, model.Tool{Name: t.Name, Description: t.Description, Schema: t.Schema})
	}
	if system != "" {
		c.trace.said("system", system)
	}
	for _, t := range thread {
		c.asked.Messages = append(c.asked.Messages,
			model.Message{Role: model.User, Text: t.Asked}, model.Message{Role: model.Assistant, Text: t.Answered})
	}
	c.prompt = prompt
	c.trace.said(model.User, prompt)
	c.asked.Messages = append(c.asked.Messages, model.Message{Role: model.User, Text: prompt})
	for _, note := range set.Notes() {
		c.trace.add(messages.Step{Kind: messages.StepNote, Text: note})
	}
	return c
}

// hold asks the model until it answers without asking for a tool.
func (c *conversation) hold(ctx context.Context) (string, error) {
	for left := c.iterations - 1; ; left-- {
		answer, err := c.ask(ctx)
		if err == nil {
			err = c.usable(answer)
		}
		if err != nil {
			return "", c.orOver(ctx, err)
		}
		if len(answer.Calls) == 0 {
			return answer.Text, nil
		}
		if used := c.usage.Tokens(); used > c.tokens {
			return "", over("budgets.tokens", "%d of %d tokens are used", used, c.tokens)
		}
		if left == 0 { // nobody would read what its tools answer
			return "", over("max_iterations", "%d calls of the model, and still no answer", c.iterations)
		}
		if err := c.call(ctx, answer); err != nil {
			return "", err
		}
	}
}

// orOver is the failure of a call of the model, or that it went over the bound of tokens as well: then no attempt must
// repeat it. What the endpoint has refused stays that, since it may be about the session.
func (c *conversation) orOver(ctx context.Context, err error) error {
	var refused refusal
	if used := c.usage.Tokens(); used > c.tokens && ctx.Err() == nil && !errors.As(err, &refused) {
		return over("budgets.tokens", "%d of %d tokens are used, and the last answer failed: %v", used, c.tokens, err)
	}
	return err
}

// usable says why an answer must not be used; nil: it may. Half a report must not be delivered as a complete one, and a
// call of a tool that was cut off is not what the model meant.
func (c *conversation) usable(a model.Answer) error {
	why := fmt.Sprintf("it ended with %.40q", c.to.redact(a.Stop))
	cut, again := a.Cut()
	switch {
	case again:
		return fmt.Errorf("%s: the answer was cut off: %s", a.From, why)
	case cut:
		bound := ""
		if c.asked.MaxTokens > 0 {
			bound = fmt.Sprintf(" (max_tokens: %d)", c.asked.MaxTokens)
		}
		return actors.Permanent(fmt.Errorf("agent: %s: the answer was cut off: %s%s", a.From, why, bound))
	case len(a.Calls) > 0 || strings.TrimSpace(a.Text) != "":
		return nil
	case a.Refusal != "":
		return actors.Permanent(fmt.Errorf("agent: %s: the model refuses to answer: %.300s", a.From, c.to.redact(a.Refusal)))
	case a.Thoughts:
		return fmt.Errorf("%s: the answer is empty: only reasoning came (%s)", a.From, why)
	default:
		return fmt.Errorf("%s: the answer is empty (%s)", a.From, why)
	}
}

// ask makes one call of the model.
func (c *conversation) ask(ctx context.Context) (model.Answer, error) {
	began := time.Now()
	answer, cost, err := c.to.patiently(ctx, c.asked, c.tokens-c.usage.Tokens())
	c.usage = c.usage.Plus(cost)
	if err != nil {
		var refused *actors.StatusError
		if errors.As(err, &refused) {
			return answer, refusal{refused}
		}
		return answer, err
	}
	c.trace.timed(began, messages.Step{
		Kind: messages.StepMessage, Role: model.Assistant, Text: answer.Text, Stop: answer.Stop, Usage: &cost,
	})
	return answer, nil
}

// noteUncounted says that the bounds of tokens did not hold, since the endpoint counts none.
func (c *conversation) noteUncounted() {
	if c.usage.Calls > 0 && c.usage.Tokens() == 0 {
		c.trace.add(messages.Step{
			Kind: messages.StepNote,
			Text: "the endpoint does not say how many tokens its answers cost: budgets.tokens and max_tokens_per_day cannot hold",
		})
	}
}

// call calls the tools that the model asks for, one after the other, and tells it what they answered.
func (c *conversation) call(ctx context.Context, answer model.Answer) error {
	results := model.Message{Role: model.User}
	for _, call := range answer.Calls {
		result, err := c.tool(ctx, call)
		if err != nil {
			return err
		}
		results.Results = append(results.Results, model.Result{ID: call.ID, Text: result.Text, Failed: result.Failed})
	}
	c.asked.Messages = append(c.asked.Messages, answer.Message(), results)
	return nil
}

// tool calls one tool. Everything that goes wrong is an answer for the model, also that there is no such tool.
func (c *conversation) tool(ctx context.Context, call model.Call) (tools.Result, error) {
	tool, ok := c.tools.Get(call.Name)
	switch {
	case !ok:
		return c.notCalled(call.Name, call, fmt.Sprintf("there is no tool %.80q; use one of those that you were offered", c.to.redact(call.Name)))
	case call.Bad != "":
		return c.notCalled(tool.Title, call, "the tool was not called: "+c.to.redact(call.Bad))
	}
	if !tool.ReadOnly && !c.began {
		if err := c.run.BeginSideEffect(ctx, tool.Title); err != nil {
			return tools.Result{}, fmt.Errorf("tool %s was not called: %w", tool.Title, err)
		}
		c.began = true
	}
	c.trace.called(tool.Title, call.Arguments)
	began := time.Now()
	result, err := tool.Call(ctx, call.Arguments)
	if err != nil {
		return result, err
	}
	c.trace.answered(began, tool.Title, result)
	return result, c.count(result)
}

// notCalled tells the model and the trace why a tool was not called.
func (c *conversation) notCalled(name string, call model.Call, why string) (tools.Result, error) {
	c.trace.called(name, call.Arguments)
	result := tools.Result{Text: why, Failed: true}
	c.trace.answered(time.Now(), name, result)
	return result, c.count(result)
}

func (c *conversation) count(r tools.Result) error {
	if c.heard += len(r.Text); c.heard > c.toolOutput {
		return over("budgets.tool_output", "the tools have answered %d bytes of %d", c.heard, c.toolOutput)
	}
	return nil
}

// over is the failure of an attempt that has reached a cap: another attempt would reach it, too.
func over(budget, format string, args ...any) error {
	return actors.Permanent(fmt.Errorf("agent: over %s: %s", budget, fmt.Sprintf(format, args...)))
}
