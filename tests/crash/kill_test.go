package crash

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"curfew/bus"
	"curfew/bus/sqlite"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

var (
	kills    = flag.Int("kills", 12, "how often TestKilled kills the program at least, if 75 s are enough; with -long 500 times")
	killSeed = flag.Uint64("kills.seed", 0, "when TestKilled kills; 0: a seed of its own, which is printed")
)

// Bounds of TestKilled.
const (
	longKills   = 500
	killedTime  = 75 * time.Second       // in which fewer kills have to do, but for -long
	killedLeast = 8 * time.Second        // so that the slowest job has slots enough to tell
	killedLife  = 700 * time.Millisecond // how long a process lives at most once it answers
	killedBirth = 120 * time.Millisecond // and one that is killed while it starts
	roundKills  = 12                     // the token dies once in so many kills
	closedKills = 3                      // while the gate is surely closed
)

// killedFile has shell jobs that write a line for each attempt, and agents whose calls the backend records. Every job
// runs for every slot. The arguments are the backend and two schedules.
const killedFile = `
sessions:
  default: {backend: "%[1]s", sign_in: "https://app.example.com/login"}
jobs:
  - {name: quick, actor: shell, schedule: "%[2]s", with: {command: "` + killedLine + `"}, ` + killedPolicy + `}
  - {name: slow, actor: shell, schedule: "%[2]s", with: {command: "` + killedLine + `; sleep 0.2"}, ` + killedPolicy + `}
  - {name: slower, actor: shell, schedule: "%[3]s", with: {command: "` + killedLine + `; sleep 0.4"}, ` + killedPolicy + `}
  - {name: inbox, actor: agent, schedule: "%[2]s", with: {prompt: inbox}, ` + killedPolicy + `}
  - {name: digest, actor: agent, schedule: "%[3]s", with: {prompt: digest}, ` + killedPolicy + `}
release: {canary_wait: 1s, rate: 50/s}
`

const (
	killedLine   = `echo $CURFEW_JOB $CURFEW_RUN $CURFEW_ATTEMPT $CURFEW_SLOT >> book`
	killedPolicy = `catch_up: {policy: all}, overlap: queue_all, retry: {attempts: 100, initial: 50ms, max: 200ms}`
)

// killing is a daemon that is killed at random moments.
type killing struct {
	*world.Daemon
	backend *world.Backend
	random  *rand.Rand
	file    string
	tokens  int
	kills   int
	good    bool // the token: a gate that is open stays so
	signing bool // a sign-in is on its way: it has been recorded or not
}

// TestKilled kills the real program at random moments, also while it starts. Its jobs fall due every second, and its
// token dies and is renewed. At the end every slot is accounted for.
func TestKilled(t *testing.T) {
	t.Parallel()
	seed, wanted := *killSeed, *kills
	if seed == 0 {
		seed = rand.Uint64()
	}
	if *world.Long {
		wanted = longKills
	}
	t.Logf("-kills=%d -kills.seed=%d", wanted, seed)
	k := &killing{Daemon: world.NewDaemon(t), backend: world.NewBackend(t), random: rand.New(rand.NewPCG(seed, 0))}
	k.file = fmt.Sprintf(killedFile, k.backend.URL, "every 1s", "every 2s")
	k.Start(k.file)
	k.renew()
	for began := time.Now(); time.Since(began) < killedLeast || k.kills < wanted && (*world.Long || time.Since(began) < killedTime); {
		k.round(max(closedKills, min(roundKills, wanted-k.kills)))
	}
	idle := fmt.Sprintf(killedFile, k.backend.URL, "@yearly", "@yearly")
	if err := k.End(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	k.Start(idle)
	world.Eventually(t, "everything to be done", func() bool { k.sayYes(); return k.idle() })
	world.Eventually(t, "the last call to be answered", func() bool { return k.backend.Count(world.Unanswered) == 0 })
	if err := k.End(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	recs := world.CheckJournal(t, k.Run(nil, "journal", "export"))
	account(t, recs, world.Contents(t, filepath.Join(filepath.Dir(k.Daemon.File), "book")), k.backend, k.kills)
}

// sayYes answers for runs whose attempts were killed twice in a row: the daemon asks, because they may be the ones that
// kill it. Without an answer no agent may call any more, and the test waits for ever.
func (k *killing) sayYes() {
	k.T.Helper()
	for job, id := range k.Held() {
		run, err := k.Client.Run(k.T.Context(), id)
		if err != nil {
			k.T.Fatal(err)
		}
		if slices.Contains(run.Body.Holds, messages.HoldAsk) || slices.Contains(run.Body.Holds, messages.HoldSuspect) {
			k.Run(nil, "job", "run", job)
		}
	}
}

// round kills the daemon n times. The token dies early in the round and is renewed near its end.
func (k *killing) round(n int) {
	k.T.Helper()
	for i := range n {
		if i == n/3 {
			k.good = false
			k.backend.Accept("")
		}
		k.live()
	}
	world.Eventually(k.T, "the gate to close", func() bool {
		k.sayYes()
		return k.Session().State == "closed" && k.backend.Count(world.Unanswered) == 0
	})
	calls := k.backend.Count(world.AnyCall)
	for range closedKills {
		k.live()
	}
	if more := k.backend.Count(world.AnyCall) - calls; more != 0 {
		k.T.Errorf("%d calls came while the gate was closed", more)
	}
	k.renew()
}

// live kills the process at a random moment, starts another, and checks that the gate is as it was. Some processes are
// killed before they answer.
func (k *killing) live() {
	k.T.Helper()
	time.Sleep(time.Duration(k.random.Int64N(int64(killedLife))))
	k.kill()
	for k.random.IntN(4) == 0 {
		k.Launch(k.file)
		time.Sleep(time.Duration(k.random.Int64N(int64(killedBirth))))
		k.kill()
	}
	before := k.left()
	k.Start(k.file)
	k.compare(before, k.Session())
}

func (k *killing) kill() {
	k.T.Helper()
	_ = k.End(syscall.SIGKILL) // it says that it was killed
	k.kills++
}

// left returns the session as the killed process left it.
func (k *killing) left() policy.SessionView {
	k.T.Helper()
	j, err := sqlite.OpenReadOnly(filepath.Join(k.Data, "curfew.db"))
	if err != nil {
		k.T.Fatal(err)
	}
	defer j.Close()
	m := policy.New()
	if err := bus.Scan(j, 1, func(r messages.Record) error { m.Apply(r); return nil }); err != nil {
		k.T.Fatal(err)
	}
	v, _ := m.Session(messages.DefaultSession)
	return v
}

// compare checks the gate of a process that has just started. A probing gate may have opened meanwhile, one with a dead
// token may have closed, and a sign-in that was not recorded yet may be there.
func (k *killing) compare(before policy.SessionView, now contract.Session) {
	k.T.Helper()
	state := now.State
	same := state == before.State || before.State == messages.StateProbing && state == messages.StateOpen || state == messages.StateClosed && !k.good
	restored := k.signing && now.Generation == before.Generation+1
	if !restored && (now.Generation != before.Generation || !same) {
		k.T.Errorf("kill %d: the gate was %s at generation %d, and is %s at %d",
			k.kills, before.State, before.Generation, now.State, now.Generation)
	}
}

// renew signs in with a new token, and kills the process once meanwhile.
func (k *killing) renew() {
	k.T.Helper()
	k.tokens++
	token := fmt.Sprintf("token-%d", k.tokens)
	k.backend.Accept(token)
	was := k.Session().Generation
	answered := make(chan struct{})
	client := k.Client
	go func() {
		defer close(answered)
		_, _ = client.Login(context.Background(), messages.DefaultSession, contract.Login{Token: contract.Secret(token)}) // the kill may win
	}()
	time.Sleep(time.Duration(k.random.Int64N(int64(killedBirth / 4))))
	k.signing = true
	k.kill()
	<-answered
	before := k.left()
	k.Start(k.file)
	k.compare(before, k.Session())
	k.signing = false
	if now := k.Session().Generation; now == was {
		k.Daemon.Run([]byte(token+"\n"), "session", "login", messages.DefaultSession)
	}
	k.good = true
	world.Eventually(k.T, "the gate to open", func() bool { k.sayYes(); return k.Session().State == "open" })
}

// idle reports whether no job has anything to do.
func (k *killing) idle() bool {
	k.T.Helper()
	got, err := k.Client.Jobs(k.T.Context(), contract.JobQuery{Page: contract.Page{Limit: contract.MaxLimit}})
	if err != nil {
		k.T.Fatal(err)
	}
	for _, j := range got.Body.Items {
		if j.State != contract.JobIdle {
			return false
		}
	}
	return true
}
