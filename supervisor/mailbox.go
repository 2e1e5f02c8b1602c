package supervisor

import (
	"runtime"
	"sync"

	"github.com/asynkron/protoactor-go/actor"
)

// mailbox is that of a job actor. It does what the default one does, and takes no memory for messages while it is empty,
// as that of an idle job is: 80 bytes in place of 460. Nothing bounds it but the log: a job actor gets one order for
// each attempt, and one to end it.
type mailbox struct {
	mu         sync.Mutex // of all below but the handlers
	system     letters    // before those of users, also while the actor is suspended
	user       letters
	users      int32 // how many user has
	scheduled  bool  // Run is called, or will be
	suspended  bool  // messages of users wait
	invoker    actor.MessageInvoker
	dispatcher actor.Dispatcher
}

var _ actor.Mailbox = (*mailbox)(nil)

// letters are messages in the order in which they came.
type letters struct{ first, last *letter }

type letter struct {
	message any
	next    *letter
}

func (l *letters) push(message any) {
	n := &letter{message: message}
	if l.last == nil {
		l.first = n
	} else {
		l.last.next = n
	}
	l.last = n
}

// pop takes out the first message; nil: there is none.
func (l *letters) pop() any {
	n := l.first
	if n == nil {
		return nil
	}
	if l.first = n.next; l.first == nil {
		l.last = nil
	}
	return n.message
}

// RegisterHandlers says who gets the messages, and where. It is called before the first one is posted.
func (m *mailbox) RegisterHandlers(invoker actor.MessageInvoker, dispatcher actor.Dispatcher) {
	m.invoker, m.dispatcher = invoker, dispatcher
}

// Start is called when the handlers are registered.
func (m *mailbox) Start() {}

// PostUserMessage puts in a message that waits while the actor is suspended.
func (m *mailbox) PostUserMessage(message any) {
	m.mu.Lock()
	m.user.push(message)
	m.users++
	m.wake()
}

// PostSystemMessage puts in a message of the actor system.
func (m *mailbox) PostSystemMessage(message any) {
	m.mu.Lock()
	m.system.push(message)
	m.wake()
}

// UserMessageCount is how many messages of users wait.
func (m *mailbox) UserMessageCount() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int(m.users)
}

// wake gives up the lock, and schedules the actor unless it is.
func (m *mailbox) wake() {
	idle := !m.scheduled
	m.scheduled = true
	m.mu.Unlock()
	if !idle {
		return
	}
	if pool, ok := m.dispatcher.(*Pool); ok {
		pool.Go(m) // takes no memory for a function
		return
	}
	m.dispatcher.Schedule(m.Run)
}

// Run hands out messages until there is none that may be.
func (m *mailbox) Run() {
	for most := m.dispatcher.Throughput(); !m.portion(most); {
		runtime.Gosched()
	}
}

// portion hands out at most so many messages, and reports whether the mailbox is idle after that. A panic is a failure
// of the actor.
func (m *mailbox) portion(most int) (idle bool) {
	var message any
	defer func() {
		if r := recover(); r != nil {
			m.invoker.EscalateFailure(r, message)
		}
	}()
	for range most {
		var system bool
		if message, system = m.next(); message == nil {
			return true
		}
		if system {
			m.invoker.InvokeSystemMessage(message)
		} else {
			m.invoker.InvokeUserMessage(message)
		}
	}
	return false
}

// next takes out the next message; nil: there is none, and the mailbox is idle from here on.
func (m *mailbox) next() (message any, system bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for {
		switch message := m.system.pop(); message.(type) {
		case nil:
		case *actor.SuspendMailbox:
			m.suspended = true
			continue
		case *actor.ResumeMailbox:
			m.suspended = false
			continue
		default:
			return message, true
		}
		break
	}
	if !m.suspended {
		if message := m.user.pop(); message != nil {
			m.users--
			return message, false
		}
	}
	m.scheduled = false
	return nil, false
}
