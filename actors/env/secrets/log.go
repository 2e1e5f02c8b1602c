package secrets

import (
	"fmt"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Log makes a logger redact what it writes: messages, and fields that are texts or errors.
func (s *Set) Log() zap.Option {
	return zap.WrapCore(func(c zapcore.Core) zapcore.Core { return &core{Core: c, set: s} })
}

type core struct {
	zapcore.Core
	set *Set
}

// With adds fields to every entry.
func (c *core) With(fields []zapcore.Field) zapcore.Core {
	return &core{Core: c.Core.With(c.clean(fields)), set: c.set}
}

// Check adds the core to what is to write the entry.
func (c *core) Check(e zapcore.Entry, to *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(e.Level) {
		return to.AddCore(e, c)
	}
	return to
}

// Write writes the entry without secrets.
func (c *core) Write(e zapcore.Entry, fields []zapcore.Field) error {
	e.Message = c.set.Redact(e.Message)
	return c.Core.Write(e, c.clean(fields))
}

// clean redacts the fields that are written as texts. It copies them, as they may belong to the caller.
func (c *core) clean(fields []zapcore.Field) []zapcore.Field {
	out := make([]zapcore.Field, len(fields))
	for i, f := range fields {
		switch f.Type {
		case zapcore.StringType:
			f.String = c.set.Redact(f.String)
		case zapcore.ByteStringType:
			f = zap.String(f.Key, c.set.Redact(string(f.Interface.([]byte))))
		case zapcore.ErrorType, zapcore.StringerType:
			f = zap.String(f.Key, c.set.Redact(fmt.Sprint(f.Interface)))
		}
		out[i] = f
	}
	return out
}
