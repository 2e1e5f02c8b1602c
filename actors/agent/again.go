package agent

import (
	"context"
	"errors"
	"net/http"
	"time"

	"curfew/actors"
	"curfew/actors/agent/model"
	"curfew/bus/sleep"
	"curfew/messages"
)

// A call of the model that fails for a short time is made again within the attempt, so that such a failure neither ends
// the attempt nor repeats what its tools have done (design §7 rule 7). What the failed answer has cost counts.
const (
	maxAgain  = 2                // times a call is made again
	firstWait = time.Second      // before the first of them; twice that before the second
	maxWait   = 60 * time.Second // if a server asks for a longer wait, the job's retry policy decides
)

// pause waits for d. Tests replace it.
var pause = sleep.For

// patiently asks the model, and asks again if that may help and no more than left tokens are used. Nothing of a failed
// answer has been used. The cost is that of all answers.
func (e *endpoint) patiently(ctx context.Context, q model.Question, left int) (answer model.Answer, cost messages.Usage, err error) {
	for try := 0; ; try++ {
		answer, err = e.model.Ask(ctx, q)
		cost = cost.Plus(costOf(answer, err))
		wait, again := e.blip(err)
		if !again || try == maxAgain || cost.Tokens() > left || ctx.Err() != nil {
			return answer, cost, err
		}
		if wait = max(wait, firstWait<<try); wait > maxWait {
			return answer, cost, err
		}
		if pause(ctx, wait) != nil {
			return answer, cost, err
		}
	}
}

// costOf is what an answer has cost. One that failed is a call if the endpoint has said what it cost.
func costOf(a model.Answer, err error) messages.Usage {
	cost := messages.Usage{InputTokens: a.InputTokens, OutputTokens: a.OutputTokens}
	if err == nil || cost.Tokens() > 0 {
		cost.Calls = 1
	}
	return cost
}

// blip reports whether a failure may be over a moment later, and how long the server asks to wait. What the session's
// rules call an expiry or a quota is not a blip.
func (e *endpoint) blip(err error) (wait time.Duration, again bool) {
	var refused *actors.StatusError
	switch {
	case err == nil:
		return 0, false
	case errors.As(err, &refused):
		told := e.refusal(refused)
		if class, _ := actors.Classify(told); class == messages.ClassSessionExpired || actors.DetailOf(told) == messages.DetailQuota {
			return 0, false
		}
		return refused.RetryAfter, refused.Status >= http.StatusInternalServerError ||
			refused.Status == http.StatusRequestTimeout || refused.Status == http.StatusMisdirectedRequest || refused.Status == http.StatusTooManyRequests
	default:
		return 0, errors.Is(err, model.ErrUnreachable) || errors.Is(err, model.ErrBroken)
	}
}
