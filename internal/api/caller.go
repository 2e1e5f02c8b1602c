package api

import (
	"context"
	"net"
	"os/user"
	"strconv"
)

// unknownCaller is the name of the caller where the platform does not tell who it is.
const unknownCaller = "api"

// maxCaller bounds the name of a caller, in bytes.
const maxCaller = 64

type callerKey struct{}

// Caller is the name of the user at the other end of the socket, as the operating system tells it.
func Caller(ctx context.Context) string {
	if name, ok := ctx.Value(callerKey{}).(func() string); ok {
		return name()
	}
	return unknownCaller
}

// withCaller remembers the user at the other end of a connection. The name is looked up only when it is needed: most
// requests do not need it, and a directory of users may be slow.
func withCaller(ctx context.Context, c net.Conn) context.Context {
	unix, ok := c.(*net.UnixConn)
	if !ok {
		return ctx
	}
	uid, ok := peer(unix)
	if !ok {
		return ctx
	}
	return context.WithValue(ctx, callerKey{}, func() string { return userName(uid) })
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
