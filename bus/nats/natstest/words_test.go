package natstest

import (
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"curfew/tests/loopback"
)

// A server that cannot start has said why before anybody would wait for it.
func TestWhyItDoesNotStart(t *testing.T) {
	t.Parallel()
	host := loopback.Own(t)
	port := loopback.Ports(t, host, 1)[0]
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := create(t, &server.Options{Host: host, Port: port, StoreDir: t.TempDir()})
	s.Start()
	if why := partsOf(t, s).said.why(); !strings.Contains(why, "in use") {
		t.Errorf("it says %q", why)
	}
}
