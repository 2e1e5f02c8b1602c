package api

import (
	"reflect"

	"curfew/internal/contract"
	"curfew/messages"
)

// words are the texts that a type may have, in questions and in answers. Another text in a question is refused.
var words = map[reflect.Type][]string{
	reflect.TypeFor[contract.JobState]():  texts(contract.JobStates...),
	reflect.TypeFor[contract.NodeState](): texts(contract.NodeStates...),
	reflect.TypeFor[messages.Status]():    texts(contract.Statuses...),
	reflect.TypeFor[messages.GateState](): texts(messages.StateOpen, messages.StateProbing, messages.StateClosed),
	reflect.TypeFor[messages.ManagedBy](): texts(messages.ManagedByFile, messages.ManagedByAPI),
	reflect.TypeFor[messages.Trigger]():   texts(messages.TriggerSchedule, messages.TriggerManual, messages.TriggerCatchUp, messages.TriggerAfter),
	reflect.TypeFor[messages.AfterOn]():   texts(messages.AllAfterOn...),
	reflect.TypeFor[messages.Kind]():      texts(messages.KindFact, messages.KindDecision),
}

func texts[T ~string](all ...T) (out []string) {
	for _, t := range all {
		out = append(out, string(t))
	}
	return out
}
