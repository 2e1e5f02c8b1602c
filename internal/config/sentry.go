package config

// Sentry says where error reports go besides the log: to the tracker whose DSN the variable holds, if it is set.
type Sentry struct {
	DSNEnv      string
	Environment string // empty: production
	Named       bool   // the job file asks for it
	at          place
}

// defaultDSNEnv is the variable with the DSN unless the job file names another.
const defaultDSNEnv = "SENTRY_DSN"

func (b *builder) sentry(top object) {
	s := Sentry{DSNEnv: defaultDSNEnv}
	if n := top.get("sentry"); n != nil {
		o, ok := b.object(n, describedSentry)
		if !ok {
			return
		}
		if n.find("dsn_env") != nil {
			s.DSNEnv = b.variable(o, "dsn_env")
		}
		s.Environment, _ = o.text("environment")
		s.Named, s.at = true, place{line: n.line, col: n.col}
	}
	b.out.Sentry = s
}
