package supervisor

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestPoolHoldsNothingBack: however many tasks take long, the next one begins. As many as the pool is wide begin at each
// look.
func TestPoolHoldsNothingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wide := poolWidth * runtime.GOMAXPROCS(0)
		long := 100*wide + 1
		var p Pool
		var begun atomic.Int64
		hold := make(chan struct{})
		defer close(hold)
		for range long {
			p.Go(taskFunc(func() { begun.Add(1); <-hold }))
		}
		for looks := range 100 {
			synctest.Wait()
			if n, wanted := begun.Load(), int64((looks+1)*wide); n != wanted {
				t.Fatalf("%d of %d tasks have begun after %d looks, want %d", n, long, looks, wanted)
			}
			time.Sleep(poolPatience)
		}
		synctest.Wait()
		if n := begun.Load(); n != int64(long) {
			t.Errorf("%d of %d tasks have begun", n, long)
		}
	})
}

// TestPoolWaitsForLocks: tasks that block for a moment, as for a lock whose holder has lost its core, bring no more
// goroutines than the pool is wide, and those that had come before for others end.
func TestPoolWaitsForLocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const all = 10_000
		wide := int64(poolWidth * runtime.GOMAXPROCS(0))
		var p Pool
		var now, widest atomic.Int64
		crowd := func(looks int64) {
			lock := make(chan struct{})
			var run atomic.Int64
			for range all {
				p.Go(taskFunc(func() {
					widest.Store(max(widest.Load(), now.Add(1)))
					<-lock
					run.Add(1)
					now.Add(-1)
				}))
			}
			for range looks {
				synctest.Wait()
				time.Sleep(poolPatience)
			}
			synctest.Wait()
			close(lock)
			synctest.Wait()
			if n, most := widest.Swap(0), (looks+1)*wide; run.Load() != all || n > most {
				t.Errorf("%d of %d tasks were run, %d at once; want all, at most %d at once", run.Load(), all, n, most)
			}
		}
		for _, looks := range []int64{0, 3, 0} {
			crowd(looks)
			time.Sleep(poolPatience) // the last look may still be to come
			synctest.Wait()
			if p.looking || p.coming || p.busy != 0 || !p.tasks.empty() {
				t.Fatalf("an idle pool looks %v, sends %v, has %d goroutines at tasks", p.looking, p.coming, p.busy)
			}
		}
	})
}

// TestPoolGoesOn: a task that ends its goroutine ends nothing else.
func TestPoolGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const all = 1000
		var p Pool
		var run atomic.Int64
		for range all {
			p.Go(taskFunc(func() { run.Add(1); runtime.Goexit() }))
		}
		synctest.Wait()
		if n := run.Load(); n != all {
			t.Errorf("%d of %d tasks were run", n, all)
		}
	})
}

// TestPoolStaysSmall: short tasks are run by a few goroutines, however many are given at once. Another goroutine comes
// when one waits for a core, which is once in some milliseconds.
func TestPoolStaysSmall(t *testing.T) {
	const all, most = 100_000, 1000
	var p Pool
	var done sync.WaitGroup
	var widest atomic.Int64
	done.Add(all)
	before := runtime.NumGoroutine()
	for range all {
		p.Go(taskFunc(func() {
			if n := int64(runtime.NumGoroutine() - before); n > widest.Load() {
				widest.Store(n)
			}
			done.Done()
		}))
	}
	done.Wait()
	if n := widest.Load(); n > most {
		t.Errorf("%d tasks had %d goroutines, over %d", all, n, most)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if q := &p.tasks; !q.empty() || q.first != q.last || q.put != 0 {
		t.Error("an empty pool keeps room for more than a chunk of tasks")
	}
}

// TestTasksInOrder: tasks come out as they came in, however both alternate.
func TestTasksInOrder(t *testing.T) {
	var q tasks
	var got, wanted []int
	put := 0
	const c = chunkSize
	for _, step := range []int{3, -1, 2, -2, -1, 5, -6, c, -c, c + 1, c - 1, -c, 4 * c, -c, -1, 1, -4*c + 1, -1, 2 * c, -2 * c} {
		for range max(step, 0) {
			n := put
			q.add(taskFunc(func() { got = append(got, n) }))
			wanted = append(wanted, n)
			put++
		}
		for range max(-step, 0) {
			q.take().Run()
		}
	}
	if !slices.Equal(got, wanted) || q.take() != nil || !q.empty() {
		t.Errorf("got %v, want %v", got, wanted)
	}
}

// TestPoolCountsWhoWaits: tasks that no goroutine has taken.
func TestPoolCountsWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wide := poolWidth * runtime.GOMAXPROCS(0)
		var p Pool
		hold := make(chan struct{})
		for range 3*wide + chunkSize {
			p.Go(taskFunc(func() { <-hold }))
		}
		for looks := range 3 {
			synctest.Wait()
			if n, want := p.Waiting(), (2-looks)*wide+chunkSize; n != want {
				t.Errorf("%d tasks wait after %d looks, want %d", n, looks, want)
			}
			time.Sleep(poolPatience)
		}
		close(hold)
		synctest.Wait()
		if n := p.Waiting(); n != 0 {
			t.Errorf("%d tasks wait at the end", n)
		}
	})
}
