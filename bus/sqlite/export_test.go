package sqlite

// Pragma sets something of the one connection that appends.
func (j *Journal) Pragma(statement string) error {
	_, err := j.write.Exec("PRAGMA " + statement)
	return err
}
