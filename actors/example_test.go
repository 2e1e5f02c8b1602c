package actors_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"curfew/actors"
)

// greetSpec is the `with` block of an actor type that greets.
type greetSpec struct {
	Name string `json:"name"`
}

func (greetSpec) Kind() string { return "greet" }

func (s greetSpec) Validate() error {
	if s.Name == "" {
		return errors.New("name is required")
	}
	return nil
}

// greet is an ordinary type: its attempts have two minutes, and its runs three attempts.
type greet struct{ actors.Defaults[greetSpec] }

func (greet) Run(_ context.Context, run actors.Run[greetSpec]) (actors.Output, error) {
	return actors.Output{Text: "hello, " + run.Spec.Name}, nil
}

// A type is registered by a function that makes a fresh actor for each attempt. Then job files may name it.
func ExampleRegister() {
	var kinds actors.Registry
	actors.Register(&kinds, func(actors.Env) actors.Actor[greetSpec] { return greet{} })
	kind, err := kinds.Get("greet")
	if err != nil {
		panic(err)
	}
	fmt.Println(kind.Check([]byte(`{"nmae": "Ada"}`)))
	fmt.Println(kind.Check([]byte(`{}`)))
	out, err := kind.Run(context.Background(), actors.Env{}, actors.Attempt{Job: "greeting", Number: 1}, []byte(`{"name": "Ada"}`))
	fmt.Println(out.Text, err)
	_, err = kinds.Get("gret")
	fmt.Println(err)
	// Output:
	// unknown field "nmae"
	// name is required
	// hello, Ada <nil>
	// unknown actor "gret"; this build knows greet
}

// An error says by its mark what is to follow. Without a mark the job's retry policy decides.
func ExampleClassify() {
	cause := errors.New("429 Too Many Requests")
	for _, err := range []error{
		cause, actors.Permanent(cause), actors.RetryAfter(cause, time.Minute), actors.SessionExpired(cause),
		fmt.Errorf("ask: %w", actors.Permanent(cause)),
	} {
		class, after := actors.Classify(err)
		fmt.Println(class, after)
	}
	// Output:
	// transient 0s
	// permanent 0s
	// rate_limited 1m0s
	// session_expired 0s
	// permanent 0s
}

// smsSpec is the block of a kind of target, and sms the kind.
type smsSpec struct {
	Number string `json:"number"`
}

func (smsSpec) Kind() string    { return "sms" }
func (smsSpec) Validate() error { return nil }

type sms struct{ smsSpec }

func (s sms) Send(_ context.Context, m actors.Message) error {
	fmt.Printf("to %s: %s\n", s.Number, m.Text)
	return nil
}

// A kind of target is registered beside the actor types. A job file then has targets such as `phone: {sms: {number: …}}`.
func ExampleRegisterTarget() {
	var kinds actors.Registry
	actors.RegisterTarget(&kinds, func(_ actors.Env, s smsSpec) actors.Target { return sms{s} })
	kind, _ := kinds.Target("sms")
	phone, err := kind.New(actors.Env{}, []byte(`{"number": "+49 30 1234"}`))
	if err != nil {
		panic(err)
	}
	err = phone.Send(context.Background(), actors.Message{Kind: actors.MessageOutput, Job: "greeting", Text: "hello, Ada"})
	fmt.Println(err)
	// Output:
	// to +49 30 1234: hello, Ada
	// <nil>
}
