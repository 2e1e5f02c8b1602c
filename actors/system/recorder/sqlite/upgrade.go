package sqlite

import (
	"go.uber.org/zap"
)

// upgrades bring the tables from a version to the next one; a version that is not in it is too old, and its tables are
// made anew. A column that is added comes behind the large ones, which costs nothing in rows that do not have it.
var upgrades = map[int]func(tx *transaction) error{
	2: statements("ALTER TABLE run ADD COLUMN follows TEXT NOT NULL DEFAULT ''"), // which run a run of a chain follows; not known of older ones
	3: statements(addSums),
	4: statements(addEnds),
	5: statements("INSERT OR REPLACE INTO history_meta SELECT '" + takenKey + "', seq FROM reader_cursor WHERE name = '" + cursorName + "'"),
	6: bring6,
	7: statements(""), // a row of a run that is not over may say up to which record it is folded
	8: statements("DROP INDEX run_key; DROP INDEX IF EXISTS run_open; " + keyIndexes),
}

func statements(do string) func(tx *transaction) error {
	return func(tx *transaction) error {
		_, err := tx.Exec(do)
		return err
	}
}

// upgrade brings tables of an older version to this build's, all or nothing, as far as upgrades has the way. It returns
// the version that they have then.
func (s *Store) upgrade(from int) (now int, err error) {
	now = from
	s.log.Info("cron: the run history of an older build is brought up; that takes a minute for some million runs", zap.Int("schema", from))
	err = s.transact(func(tx *transaction) error {
		for do := upgrades[now]; do != nil; do = upgrades[now] {
			if err := do(tx); err != nil {
				return err
			}
			now++
		}
		_, err := tx.Exec("UPDATE history_meta SET value = ? WHERE key = 'schema'", now)
		return err
	})
	return now, err
}
