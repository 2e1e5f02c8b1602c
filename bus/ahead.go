package bus

// ahead is the batch that is being concluded while the writer decides the next one. There is one only under load: if
// more calls wait than fit into a batch, the next is decided while this one goes to the disk. Otherwise the writer waits
// for the disk, so that all that comes meanwhile shares the next append. Only the writer uses it.
type ahead struct {
	done chan error // of the batch; nil: there is none
}

// conclude waits for the batch before, and concludes this one meanwhile. Its error is that of the batch before.
func (a *ahead) conclude(b *batch) error {
	if err := a.wait(); err != nil {
		b.fail(err)
		return err
	}
	done := make(chan error, 1)
	a.done = done
	go func() { done <- b.conclude() }()
	return nil
}

// wait returns when everything that was decided is durable, or could not be made so.
func (a *ahead) wait() error {
	if a.done == nil {
		return nil
	}
	err := <-a.done
	a.done = nil
	return err
}
