package web

import (
	"errors"
	"strings"

	"curfew/internal/contract"
	"curfew/messages"
)

// login is a sign-in that a person has in mind, or that was refused.
type login struct {
	session string // empty: none
	refusal string // empty: it was not refused
	status  int
	force   bool
	check   bool
}

// askLogin is the first page, with the place to sign in to a session open.
func askLogin(v *visit) (answer, error) {
	s, err := v.Backend.Session(v.ctx, v.name("name"))
	if err != nil {
		return answer{}, err
	}
	return v.overview(login{session: s.Name})
}

// logIn hands a token on to the backend, and keeps it nowhere: it is in no answer, whatever becomes of it.
func logIn(v *visit) (outcome, error) {
	name, token := v.name("name"), strings.TrimSpace(v.field("token"))
	in := contract.Login{Token: contract.Secret(token), Force: v.field("force") != "", Check: v.field("check") != ""}
	change, err := v.Backend.Login(v.ordering(), name, in)
	if refused, ok := errors.AsType[*contract.Error](err); ok && refused.Kind != contract.KindNotFound {
		status, _ := v.Problem(err)
		said := refused.Text
		if refused.Force {
			said += ", or check the box below that takes it all the same"
		}
		page, err := v.overview(login{
			session: name, refusal: without(said, token), status: status, force: in.Force, check: in.Check,
		})
		return outcome{page: &overviewPage, answer: page}, err
	}
	if err != nil {
		return outcome{}, withoutToken(err, token)
	}
	code := "signed-in"
	switch {
	case !change.Applied:
		code = "signed-in-again"
	case change.State == messages.StateOpen:
		code = "signed-in-open"
	}
	return outcome{to: "/", said: say(code, name)}, nil
}

// without is a text that does not quote a token, whoever wrote it.
func without(text, token string) string {
	if token == "" {
		return text
	}
	return strings.ReplaceAll(text, token, "[token]")
}

// withoutToken is an error that does not quote a token.
func withoutToken(err error, token string) error {
	if refused, ok := errors.AsType[*contract.Error](err); ok {
		return &contract.Error{Kind: refused.Kind, Text: without(refused.Text, token), Force: refused.Force}
	}
	return errors.New(without(err.Error(), token))
}
