package supervisor_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"curfew/messages"
)

// TestOneReader: the log is read once, however many shards there are, and no further ahead of them than is allowed.
func TestOneReader(t *testing.T) {
	play(t, []string{"ok-a", "ok-b", "ok-c", "ok-d"}, func(s *stage) {
		block := make(chan struct{})
		s.block.Store(&block)
		s.log.Append(messages.SessionConfirmed{Session: "default"}) // here the shards wait
		const runs = 10_000
		for i := range runs {
			s.log.Append(start(fmt.Sprintf("ok-%c", 'a'+i%4), fmt.Sprint("run-", i), 1))
		}
		synctest.Wait()
		if len(s.readers) != 1 {
			t.Errorf("there are %d readers of the log", len(s.readers))
		}
		const most = 4096 + 1024 // what may wait for the shards, and one page
		if ahead := s.readers[0].After(); ahead < 1024 || ahead > most {
			t.Errorf("%d records were read while the shards wait, want at most %d", ahead, most)
		}
		s.block.Store(nil)
		close(block)
		synctest.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.starts) != runs {
			t.Errorf("%d attempts have begun, want %d", len(s.starts), runs)
		}
	})
}
