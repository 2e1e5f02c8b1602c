package messages

// Usage is what the model calls of an attempt cost.
type Usage struct {
	Calls        int `json:"calls"`         // requests that were answered; 0 if an agent CLI does not say
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
