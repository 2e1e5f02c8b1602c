//go:build unix

package cli

// runsJobs says whether this platform has what a daemon needs.
const runsJobs = true
