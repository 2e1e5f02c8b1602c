package importer

// A dialect is how a program reads a cron expression, where it differs from others. docs/dialects.md has the tables, and
// says which of them were run.
type dialect struct {
	words    map[string]string // names, such as @daily, and what they stand for
	forms    map[int][]int     // by the number of fields: which field each of them is
	stars    string            // characters that stand for every value
	plain    string            // those that alone leave a field open; others name each value
	sunday   int               // the number of Sunday
	saturday int               // the highest number of a weekday: 7 is Sunday, too, where Sunday is 0
	days     dayRule
	wraps    bool // a range may end before it begins
	open     bool // a/n goes to the end of the field
	wide     bool // a step may be larger than its field
	covering bool // a field that has every value counts as a star
	marks    bool // L, W and #
	late     bool // 6-0 ends with the Sunday that is 7, and not only SAT-SUN
}

// A dayRule is what two day fields mean that are both restricted.
type dayRule int

const (
	either  dayRule = iota // one of them is enough
	both                   // both must match
	oneOnly                // it is an error; one of them is ?
)

var (
	fiveFields = []int{cronMinute, cronHour, cronDay, cronMonth, cronWeekday}
	sixFields  = []int{cronSecond, cronMinute, cronHour, cronDay, cronMonth, cronWeekday}
)

// Names of schedules that most of them know.
var commonWords = map[string]string{
	"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
	"@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}

// The dialects.
var (
	// robfig is robfig/cron, which Kubernetes uses; GitHub Actions is near to it.
	robfig = dialect{
		words: commonWords, forms: map[int][]int{5: fiveFields}, stars: "*?", plain: "*?", saturday: 6, open: true, wide: true,
	}
	// croner is what OpenClaw uses, version 10.0.1.
	croner = dialect{
		words: commonWords, stars: "*?", plain: "*", saturday: 7, marks: true,
		forms: map[int][]int{5: fiveFields, 6: sixFields, 7: append(append([]int{}, sixFields...), cronYear)},
	}
	// croniter is what Hermes uses: of six fields the second is the last.
	croniter = dialect{
		words: commonWords, stars: "*", plain: "*", saturday: 7, open: true, wide: true, covering: true, late: true,
		forms: map[int][]int{5: fiveFields, 6: append(append([]int{}, fiveFields...), cronSecond)},
	}
	// quartz counts weekdays from 1, which is Sunday.
	quartz = dialect{
		stars: "*?", plain: "*?", sunday: 1, saturday: 7, days: oneOnly, wraps: true, open: true, marks: true,
		forms: map[int][]int{6: sixFields, 7: append(append([]int{}, sixFields...), cronYear)},
	}
)
