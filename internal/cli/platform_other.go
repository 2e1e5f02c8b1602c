//go:build !unix

package cli

// runsJobs says whether this platform has what a daemon needs: groups of processes that end together, a data folder
// that is locked, and a socket for one user.
const runsJobs = false
