package agent

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
	heard                          int  // bytes that tools have answered
	began                          bool // whether a tool that is not read-only was called
}

func newConversation(run actors.Run[Spec], to *endpoint, set *tools.Set, thread []actors.Turn) *conversation {
	c := &conversation{to: to, tools: set, run: run.Attempt, trace: trace{redact: to.redact}}
	c.iterations, c.tokens, c.toolOutput = run.Spec.caps()
	system, prompt := run.Spec.System, run.Spec.Prompt
	if strings.TrimSpace(prompt) == "" {
		system, prompt = "", system // somebody has to say something
	}
	c.asked = model.Question{Model: run.Spec.Model, System: system}
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
	return c
}

// hold goes on until the model has answered without asking for a tool.
func (c *conversation) hold(ctx context.Context) (string, error) {
	for range c.iterations {
		answer, err := c.ask(ctx)
		if err != nil {
			return "", err
		}
		if len(answer.Calls) == 0 {
			if strings.TrimSpace(answer.Text) == "" {
				return "", fmt.Errorf("the answer is empty (it ended with %.40q)", c.to.redact(answer.Stop))
			}
			return answer.Text, nil
		}
		if used := c.usage.Tokens(); used > c.tokens {
			return "", over("budgets.tokens", "%d of %d tokens are used", used, c.tokens)
		}
		if err := c.call(ctx, answer); err != nil {
			return "", err
		}
	}
	return "", over("max_iterations", "%d calls of the model, and still no answer", c.iterations)
}

// ask makes one call of the model.
func (c *conversation) ask(ctx context.Context) (model.Answer, error) {
	answer, err := c.to.model.Ask(ctx, c.asked)
	if err != nil {
		var refused *actors.StatusError
		if errors.As(err, &refused) {
			return answer, refusal{refused}
		}
		return answer, err
	}
	c.usage.Calls++
	c.usage.InputTokens += answer.InputTokens
	c.usage.OutputTokens += answer.OutputTokens
	if answer.Text != "" {
		c.trace.said(model.Assistant, answer.Text)
	}
	return answer, nil
}

// call calls the tools that the model asks for, one after the other, and tells it what they answered.
func (c *conversation) call(ctx context.Context, answer model.Answer) error {
	said := model.Message{Role: model.Assistant, Text: answer.Text, Calls: answer.Calls}
	results := model.Message{Role: model.User}
	for i := range said.Calls {
		call := &said.Calls[i]
		if call.ID == "" { // there are endpoints that give none
			call.ID = fmt.Sprintf("call_%d_%d", c.usage.Calls, i)
		}
		result, err := c.tool(ctx, *call)
		if err != nil {
			return err
		}
		results.Results = append(results.Results, model.Result{ID: call.ID, Text: result.Text, Failed: result.Failed})
	}
	c.asked.Messages = append(c.asked.Messages, said, results)
	return nil
}

// tool calls one tool. One that is not there is an answer for the model, like everything that goes wrong.
func (c *conversation) tool(ctx context.Context, call model.Call) (tools.Result, error) {
	tool, ok := c.tools.Get(call.Name)
	if !ok {
		c.trace.called(call.Name, call.Arguments)
		result := tools.Result{Text: fmt.Sprintf("there is no tool %.80q; use one of those that you were offered", c.to.redact(call.Name)), Failed: true}
		c.trace.answered(call.Name, result)
		return result, c.count(result)
	}
	if !tool.ReadOnly && !c.began {
		if err := c.run.BeginSideEffect(ctx, tool.Title); err != nil {
			return tools.Result{}, fmt.Errorf("tool %s was not called: %w", tool.Title, err)
		}
		c.began = true
	}
	c.trace.called(tool.Title, call.Arguments)
	result, err := tool.Call(ctx, call.Arguments)
	if err != nil {
		return result, err
	}
	c.trace.answered(tool.Title, result)
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
