package scheduler

// Describe says in plain words when the slots are, such as "every day at 07:00 in America/Los_Angeles".
func (s Schedule) Describe() string {
	return s.String()
}
