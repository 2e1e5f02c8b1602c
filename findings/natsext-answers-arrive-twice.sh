#!/usr/bin/env bash
# orbit.go natsext 0.1.3 (with nats.go 1.55.0): once a connection has sent one ordinary request, each answer to
# RequestMany crosses the network twice.
#
# RequestMany subscribes to a subject that the connection made for an answer. That lies under the wildcard to which an
# ordinary request has subscribed the connection for good, so the server delivers each answer to both; the copy for the
# wildcard is thrown away by the client. A batch read of JetStream by jetstreamext is a RequestMany: it costs twice the
# bytes of what it brings. On a connection that has made no request yet each answer comes once.
#
# Seen on Linux with Go 1.26 and nats-server 2.15.3, 2026-11-29. Needs Go. The server is in the program, on the loopback.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/synadia-io/orbit.go/natsext"
)

const answers = 100

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// arrived is how many messages reach a connection of its own for a request with a hundred answers.
func arrived(url string, requestBefore bool) (taken int, wire uint64) {
	nc, err := nats.Connect(url)
	must(err)
	defer nc.Close()
	if requestBefore {
		_, err = nc.Request("one", nil, time.Minute)
		must(err)
	}
	before := nc.Stats().InMsgs
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	all, err := natsext.RequestMany(ctx, nc, "many", nil, natsext.RequestManyMaxMessages(answers))
	must(err)
	all(func(_ *nats.Msg, err error) bool {
		must(err)
		taken++
		return true
	})
	must(nc.Flush()) // what the server has sent before is here
	return taken, nc.Stats().InMsgs - before
}

func main() {
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoSigs: true})
	must(err)
	go s.Start()
	defer s.Shutdown()
	if !s.ReadyForConnections(time.Minute) {
		panic("the server does not start")
	}
	other, err := nats.Connect(s.ClientURL())
	must(err)
	_, err = other.Subscribe("one", func(m *nats.Msg) { must(m.Respond(nil)) })
	must(err)
	_, err = other.Subscribe("many", func(m *nats.Msg) {
		for range answers {
			must(m.Respond([]byte("answer")))
		}
	})
	must(err)
	must(other.Flush())
	for _, before := range []bool{false, true} {
		taken, wire := arrived(s.ClientURL(), before)
		fmt.Printf("a request before: %v, answers taken: %d, messages arrived: %d\n", before, taken, wire)
	}
}
GO
cat >go.mod <<'GO'
module finding

go 1.25

require (
	github.com/nats-io/nats-server/v2 v2.15.3
	github.com/nats-io/nats.go v1.55.0
	github.com/synadia-io/orbit.go/natsext v0.1.3
)
GO
go mod tidy >/dev/null 2>&1
go build -o many .
got="$(./many)"
want='a request before: false, answers taken: 100, messages arrived: 100
a request before: true, answers taken: 100, messages arrived: 200'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
