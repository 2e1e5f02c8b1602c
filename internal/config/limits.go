package config

import "time"

// Bounds of a job file. A file over one of them is refused with a message that names the bound.
const (
	MaxFileSize  = 1 << 20 // bytes
	MaxProblems  = 100     // reported at once
	maxExpanded  = 10_000  // values that all aliases together expand to
	maxSessions  = 1_000   // named sessions
	maxPatterns  = 2_000   // patterns of answers in all sessions together
	maxSchedules = 10_000  // expressions of schedules in all jobs together
	maxEnv       = 256     // variables in a job's env
	maxEnvValue  = 64_000  // bytes of the value of a variable; the kernel refuses name and value over 128 KiB

	maxTitle       = 200   // bytes of a title and of a tag
	maxDescription = 4_096 // bytes of a description
	maxTags        = 32    // of a job

	MaxDefinition = 512 << 10 // bytes of a definition's file

	maxAttempts    = 100                // retry.attempts
	maxFactor      = 100                // retry.factor
	maxLane        = 100_000            // attempts at once of one actor type
	maxCanaryWait  = time.Hour          // release.canary_wait
	maxPause       = 24 * time.Hour     // retry.initial and retry.max
	maxReleaseRate = 10_000             // release.rate, starts per second
	minReleaseRate = 1.0 / 3600         // release.rate, starts per second
	maxTokens      = 1_000_000_000_000  // max_tokens_per_day
	maxHistoryRuns = 10_000             // history.runs
	minKeep        = 24 * time.Hour     // journal.keep
	minMax         = 16 << 20           // journal.max, bytes
	maxSpan        = 87_600 * time.Hour // any duration: ten years
	minSpan        = time.Millisecond   // any duration: what the log can tell apart
)

// Defaults of the keys that a job file may leave out. The defaults of the retry policy and the timeout come from the
// actor type.
const (
	DefaultSession    = "default" // the session that always exists
	defaultLane       = 16
	defaultLaneGated  = 4
	defaultCanaryWait = 60 * time.Second
	defaultRate       = 10.0 // starts per second
	defaultWindow     = 24 * time.Hour
	defaultTarget     = "log" // of notifications
	defaultKeep       = 30 * 24 * time.Hour
	defaultMax        = 2 << 30 // bytes
)

// noSession is the name by which a job of a gated actor type says that it has no session.
const noSession = "none"
