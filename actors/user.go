package actors

import (
	"fmt"

	"curfew/messages/text"
)

// A UserNamer is a [Spec] with a member `user`: its jobs' processes run as that user, by [Command.User]. Only who reads
// a job file, and starts a runtime, knows whether that is possible. So the member is checked there; and a job with a user
// gets no default for `dir`: [Exec] begins in that user's home.
type UserNamer interface {
	Spec
	// RunsAs is the user of this job's processes; empty: the daemon's. It must work on the value receiver.
	RunsAs() string
}

var userForm = text.Pattern(UserName)

// CheckUser says what is wrong with the member `user` of a block; empty is right. Whether the machine has the user is
// another question.
func CheckUser(name string) error {
	if name != "" && !userForm().MatchString(name) {
		return fmt.Errorf("user: %.80q is not a valid name of a user", name)
	}
	return nil
}
