package api

import (
	"context"
	"net"
	"os/user"
	"strconv"
)

// unknownCaller is who asks when the platform does not say it.
const unknownCaller = "api"

// maxCaller bounds the name of a caller, in bytes.
const maxCaller = 64

type callerKey struct{}

// Caller is the user who asks, by name, as the system knows whoever is at the other end of the socket.
func Caller(ctx context.Context) string {
	if name, ok := ctx.Value(callerKey{}).(func() string); ok {
		return name()
	}
	return unknownCaller
}

// withCaller keeps who is at the other end of a connection. The name is looked up when somebody asks for it:
// most requests read, and a directory of users may be slow.
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
