package scheduler

const secondsOfDay = 24 * 60 * 60

// date is the proleptic Gregorian date of a day number (days since 1970-01-01). The computation
// shifts the year to begin in March, so that the leap day is its last.
func date(day int64) (year, month, dayOfMonth int) {
	const (
		era       = 146097 // days of 400 years
		epoch     = 719468 // from 0000-03-01 to 1970-01-01
		fourYears = 1460
		century   = 36524
	)
	z := day + epoch
	e := floorDiv(z, era)
	doe := z - e*era
	yoe := (doe - doe/fourYears + doe/century - doe/(era-1)) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	dayOfMonth = int(doy-(153*mp+2)/5) + 1
	year, month = int(yoe+e*400), int(mp)+3
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, dayOfMonth
}

// dayNumber is the day number of 1 January.
func dayNumber(year int) int64 {
	y := int64(year - 1)
	const toEpoch = 719162 // from 0001-01-01 to 1970-01-01
	return 365*y + floorDiv(y, 4) - floorDiv(y, 100) + floorDiv(y, 400) - toEpoch
}

// weekday is the day of the week of a day number, Sunday 0.
func weekday(day int64) int {
	const thursday = 4 // 1970-01-01
	return int(floorMod(day+thursday, daysOfWeek))
}

func monthDays(y, m int) int {
	if m == 2 && y%4 == 0 && (y%100 != 0 || y%400 == 0) {
		return 29
	}
	return int(daysOfMonth[m])
}

var daysOfMonth = [13]int8{1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}

// monthMask has a bit for every day of the month, from bit 1.
func monthMask(y, m int) uint64 { return 1<<(monthDays(y, m)+1) - 2 }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }
