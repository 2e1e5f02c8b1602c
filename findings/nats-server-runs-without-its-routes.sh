#!/usr/bin/env bash
# nats-server 2.15.3, started within a program: a server of a cluster whose port for routes is taken runs all the same. It
# serves clients and will never hear of the other servers, and the program is not told.
#
# Start returns, Running is true, and a client connects and has its request answered; only ReadyForConnections is false,
# after all of the time that it was given, and without a reason. The reason goes to the server's logger as a fatal error,
# and a server that is started within a program has none unless SetLogger was called; with a logger whose Fatalf returns,
# the server goes on as well. So a test that asked for a free port, let it go and gave it to a cluster hangs for its whole
# patience whenever somebody else was given that port. A listener that fails is known at once: give the server a logger.
#
# Seen on Linux with Go 1.26, 2026-11-30. Needs Go. The server is in the program, on the loopback.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

const patience = 3 * time.Second

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// words is a logger that prints what ends a server that is a program of its own.
type words struct{}

func (words) Fatalf(format string, v ...any) {
	said := fmt.Sprintf(format, v...)
	fmt.Println("the logger hears of the router port:", strings.Contains(said, "router port") && strings.Contains(said, "in use"))
}
func (words) Noticef(string, ...any) {}
func (words) Warnf(string, ...any)   {}
func (words) Errorf(string, ...any)  {}
func (words) Debugf(string, ...any)  {}
func (words) Tracef(string, ...any)  {}

// answered is whether a client has a request answered.
func answered(url string) bool {
	nc, err := nats.Connect(url)
	must(err)
	defer nc.Close()
	_, err = nc.Subscribe("one", func(m *nats.Msg) { must(m.Respond(nil)) })
	must(err)
	_, err = nc.Request("one", nil, time.Minute)
	return err == nil
}

func try(routes int, logger server.Logger) {
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: -1, NoSigs: true, ServerName: "one",
		Cluster: server.ClusterOpts{Name: "three", Host: "127.0.0.1", Port: routes},
	})
	must(err)
	if logger != nil {
		s.SetLogger(logger, false, false)
	}
	s.Start()
	fmt.Println("Start has returned, Running:", s.Running())
	began := time.Now()
	ready := s.ReadyForConnections(patience)
	fmt.Println("ReadyForConnections:", ready, "after all of its time:", time.Since(began) >= patience)
	fmt.Println("a request is answered:", answered(s.ClientURL()))
	s.Shutdown()
	s.WaitForShutdown()
}

func main() {
	held, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	defer held.Close()
	port := held.Addr().(*net.TCPAddr).Port
	fmt.Println("- without a logger")
	try(port, nil)
	fmt.Println("- with one")
	try(port, words{})
}
GO
cat >go.mod <<'GO'
module finding

go 1.25

require (
	github.com/nats-io/nats-server/v2 v2.15.3
	github.com/nats-io/nats.go v1.55.0
)
GO
go mod tidy >/dev/null 2>&1
go build -o server .
got="$(./server)"
want='- without a logger
Start has returned, Running: true
ReadyForConnections: false after all of its time: true
a request is answered: true
- with one
Start has returned, Running: true
the logger hears of the router port: true
ReadyForConnections: false after all of its time: true
a request is answered: true'
printf '%s\n' "$got"
[[ $got == "$want" ]] || { printf 'changed; it was:\n%s\n' "$want"; exit 1; }
