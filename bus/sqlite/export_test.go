package sqlite

// Pragma runs a pragma on the connection that writes.
func (j *Journal) Pragma(statement string) error {
	_, err := j.write.Exec("PRAGMA " + statement)
	return err
}
