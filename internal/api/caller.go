package api

import (
	"context"
	"net"
	"os/user"
	"strconv"

	"curfew/internal/contract"
)

// maxCaller bounds the name of a caller, in bytes.
const maxCaller = 64

// withCaller remembers the user at the other end of a connection.
func withCaller(ctx context.Context, c net.Conn) context.Context {
	unix, ok := c.(*net.UnixConn)
	if !ok {
		return ctx
	}
	uid, ok := peer(unix)
	if !ok {
		return ctx
	}
	return contract.WithCaller(ctx, func() string { return userName(uid) })
}

// userName is the name of a user, or "uid 1001" for one who has none.
func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	u, err := user.LookupId(id)
	if err != nil || u.Username == "" || len(u.Username) > maxCaller {
		return "uid " + id
	}
	return u.Username
}
