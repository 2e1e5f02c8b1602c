package realm_test

import (
	"strings"
	"testing"

	"curfew/bus/nats/natstest"
	"curfew/internal/realm"
)

// While a node does not reach the servers, another process takes its name. When the node is back it says that, and what to
// do, and not that it does not reach the servers. It goes on when the other one has gone.
func TestUsurped(t *testing.T) {
	t.Parallel()
	url := natstest.Server(t)
	l := &ledger{grown: make(chan struct{})}
	joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: "first", Incarnation: 1}, nil)
	proxy := natstest.NewProxy(t, url)
	node, _, logs := joinLogged(t, natstest.Connect(t, proxy.URL), l, realm.Node{Name: "twin", Incarnation: 5}, nil)
	may(t, node)
	proxy.Mute()
	other, _ := joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: "twin", Incarnation: 9}, nil)
	may(t, other)
	wait(t, "the node to notice that its servers do not answer", func() bool { return !node.Reached() })
	if node.Usurped() {
		t.Error("a node that hears nothing says who has its name")
	}
	proxy.Cut() // and it can be reached again
	wait(t, "the node to notice that another process has its name", node.Usurped)
	if !node.Reached() {
		t.Error("the node says that it does not reach the servers, which have told it so")
	}
	wait(t, "the node to log what to do", func() bool { return logs.FilterMessageSnippet("with another --node").Len() == 1 })
	if text := node.Unanswered(); !strings.Contains(text, "with another --node") {
		t.Errorf("an answer that is lost changes what is said: %s", text)
	}
	other.Leave()
	may(t, node)
	if node.Usurped() {
		t.Error("the other one has gone")
	}
}

// A node that is started again after a crash waits until the servers have forgotten what it was. Nobody has taken its name.
func TestAgainIsNotUsurped(t *testing.T) {
	t.Parallel()
	url := natstest.Server(t)
	l := &ledger{grown: make(chan struct{})}
	joinRealm(t, natstest.Connect(t, url), l, realm.Node{Name: "first", Incarnation: 1}, nil)
	nc := natstest.Connect(t, url)
	crashes, _ := joinRealm(t, nc, l, realm.Node{Name: "twin", Incarnation: 5}, nil)
	may(t, crashes)
	nc.Close()
	again, _, logs := joinLogged(t, natstest.Connect(t, url), l, realm.Node{Name: "twin", Incarnation: 9}, nil)
	may(t, again)
	if logs.FilterMessageSnippet("or was it a moment ago").Len() != 1 || logs.FilterMessageSnippet("goes on").Len() > 0 {
		t.Errorf("it has logged %v", logs.All())
	}
}
