package api

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"strings"

	"curfew/internal/contract"
)

type strangerKey struct{}

// withPeer remembers the user at the other end of a connection of the socket.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	unix, ok := c.(*net.UnixConn)
	if !ok {
		return ctx
	}
	uid, ok := peer(unix)
	if !ok {
		return ctx
	}
	if stranger(uid, os.Getuid()) {
		ctx = context.WithValue(ctx, strangerKey{}, uid)
	}
	return contract.WithCaller(ctx, func() string { return userName(uid) })
}

// stranger reports whether a user is neither the owner of the daemon nor root, who may become its owner.
func stranger(uid uint32, owner int) bool { return uid != 0 && int64(uid) != int64(owner) }

// socketDoor lets the owner of the daemon in. The mode of the socket does so, too, until somebody changes it. Only here
// the daemon shows its insides for debugging.
func socketDoor(s *server) http.Handler {
	insides := http.NewServeMux()
	insides.HandleFunc("GET /debug/pprof/", pprof.Index)
	insides.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	insides.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if uid := r.Context().Value(strangerKey{}); uid != nil {
			s.refuse(w, r, http.StatusForbidden, fmt.Sprintf("the socket is for the user of the daemon, not for user %v; use TCP with a token", uid))
			return
		}
		if strings.HasPrefix(r.URL.Path, "/debug/pprof/") {
			insides.ServeHTTP(w, r)
			return
		}
		s.ServeHTTP(w, r)
	})
}
