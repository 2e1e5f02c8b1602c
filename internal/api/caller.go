package api

import (
	"os/user"
	"strconv"
)

// maxCaller bounds the name of a caller, in bytes.
const maxCaller = 64

// userName is the name of a user, or "uid 1001" for one who has none.
func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	u, err := user.LookupId(id)
	if err != nil || u.Username == "" || len(u.Username) > maxCaller {
		return "uid " + id
	}
	return u.Username
}
