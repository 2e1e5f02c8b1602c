package doctor

import "curfew/internal/contract"

// maxBehind is how many appends of the others a node may not have taken in yet without a word.
const maxBehind = 1000

// Fleet looks at the daemon's part in its fleet; of a daemon on its own there is nothing to say.
func Fleet(f *contract.Fleet) []Finding {
	switch {
	case f == nil:
		return nil
	case !f.Connected:
		return []Finding{fail("fleet", "check that the servers run, more than half of them in a cluster, and that this machine reaches them",
			"node %s does not reach the servers of fleet %s, or they do not answer: nothing runs here", f.Node, f.Realm)}
	case f.Usurped:
		return []Finding{fail("fleet", "stop the other process, or start one of the two with another --node",
			"another process is node %s of fleet %s: nothing runs here until it has gone", f.Node, f.Realm)}
	case f.Decider == "":
		return []Finding{fail("fleet", "if that lasts for more than ten seconds, see the logs of the nodes",
			"no node of fleet %s decides: nothing new begins", f.Realm)}
	case f.Behind > maxBehind:
		return []Finding{warn("fleet", "wait; if it does not become less, this machine is too slow for the fleet",
			"node %s of fleet %s is behind: it has not taken in the last %d appends of the journal", f.Node, f.Realm, f.Behind)}
	}
	return []Finding{ok("fleet", "node %s of fleet %s, where %s decides", f.Node, f.Realm, f.Decider)}
}
