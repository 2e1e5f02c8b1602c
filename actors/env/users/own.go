package users

import (
	"os/user"
	"sync"
)

// Own is the name of the user that this process runs as; empty: the machine has none for it.
var Own = sync.OnceValue(func() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
})
