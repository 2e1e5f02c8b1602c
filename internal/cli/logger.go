package cli

import (
	"fmt"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"

	"curfew/internal/words"
	"curfew/messages/screen"
)

// logger makes the daemon's log, which goes to standard error.
func (t *terminal) logger(form, level string) (*zap.Logger, error) {
	at, err := zapcore.ParseLevel(level)
	if err != nil || at > zapcore.ErrorLevel {
		return nil, usagef("--log-level must be debug, info, warn or error, not %q", level)
	}
	enc := zap.NewProductionEncoderConfig()
	enc.EncodeTime = zapcore.RFC3339TimeEncoder
	var encoder zapcore.Encoder
	switch form {
	case "json":
		encoder = zapcore.NewJSONEncoder(enc)
	case "console":
		enc.EncodeLevel = zapcore.CapitalLevelEncoder
		encoder = console{zapcore.NewConsoleEncoder(enc)}
	default:
		return nil, usagef("--log must be console or json, not %q", form)
	}
	return zap.New(zapcore.NewCore(encoder, zapcore.Lock(newLogFile(t.err, lossNote(encoder))), at)), nil
}

// console writes entries for terminals: each on one line, even if its message quotes several, and without control
// sequences.
type console struct{ zapcore.Encoder }

// Clone is required by zap.
func (c console) Clone() zapcore.Encoder { return console{c.Encoder.Clone()} }

// EncodeEntry writes an entry. In its fields, which are JSON, line ends are escaped already.
func (c console) EncodeEntry(e zapcore.Entry, fields []zapcore.Field) (*buffer.Buffer, error) {
	e.Message = screen.Line(e.Message)
	buf, err := c.Encoder.EncodeEntry(e, fields)
	if err != nil {
		return nil, err
	}
	if raw := buf.String(); screen.Text(raw) != raw {
		buf.Reset()
		buf.AppendString(screen.Text(raw))
	}
	return buf, nil
}

// lossNote makes the line that is written in place of the lost ones.
func lossNote(as zapcore.Encoder) func(lost int) []byte {
	return func(lost int) []byte {
		text := fmt.Sprintf("cron: %s of the log lost here: the reader of the log did not keep up", words.Count(lost, "line"))
		e := zapcore.Entry{Level: zapcore.WarnLevel, Time: time.Now(), Message: text}
		buf, err := as.Clone().EncodeEntry(e, nil)
		if err != nil {
			return nil
		}
		defer buf.Free()
		return append([]byte(nil), buf.Bytes()...)
	}
}
