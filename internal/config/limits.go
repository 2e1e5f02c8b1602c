package config

import "time"

// Bounds of a job file. A file over one of them is refused with a message that names the bound.
const (
	MaxFileSize  = 1 << 20 // bytes
	MaxProblems  = 100     // reported at once
	MaxExpanded  = 10_000  // values that all aliases together expand to
	MaxSessions  = 1_000   // named sessions
	MaxPatterns  = 2_000   // patterns of answers in all sessions together
	MaxSchedules = 10_000  // expressions of schedules in all jobs together
	MaxEnv       = 256     // variables in a job's env
	MaxEnvValue  = 64_000  // bytes of the value of a variable; the kernel refuses name and value over 128 KiB

	MaxTitle       = 200   // bytes of a title and of a tag
	MaxDescription = 4_096 // bytes of a description
	MaxTags        = 32    // of a job

	MaxDefinition = 512 << 10 // bytes of a definition's file

	MaxAttempts    = 100                // retry.attempts
	MaxFactor      = 100                // retry.factor
	MaxLane        = 100_000            // attempts at once of one actor type
	MaxCanaryWait  = time.Hour          // release.canary_wait
	MaxPause       = 24 * time.Hour     // retry.initial and retry.max
	MaxReleaseRate = 10_000             // release.rate, starts per second
	MinReleaseRate = 1.0 / 3600         // release.rate, starts per second
	MaxTokens      = 1_000_000_000_000  // max_tokens_per_day
	MaxHistoryRuns = 10_000             // history.runs
	MinKeep        = 24 * time.Hour     // journal.keep
	MinMax         = 16 << 20           // journal.max, bytes
	MaxSpan        = 87_600 * time.Hour // any duration: ten years
	MinSpan        = time.Millisecond   // any duration: what the log can tell apart
)

// Defaults of the keys that a job file may leave out. The defaults of the retry policy and the timeout come from the
// actor type.
const (
	DefaultSession    = "default" // the session that always exists
	DefaultLane       = 16
	DefaultLaneGated  = 4
	DefaultCanaryWait = 60 * time.Second
	DefaultRate       = 10.0 // starts per second
	DefaultWindow     = 24 * time.Hour
	DefaultTarget     = "log" // of notifications
	DefaultKeep       = 30 * 24 * time.Hour
	DefaultMax        = 2 << 30 // bytes
)

// noSession is the name by which a job of a gated actor type says that it has no session.
const noSession = "none"
