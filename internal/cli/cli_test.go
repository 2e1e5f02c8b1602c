package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/internal/api"
	"curfew/internal/cli"
	"curfew/internal/contract"
	process "curfew/internal/daemon"
	"curfew/internal/datadir"
	"curfew/internal/demo"
	"curfew/internal/journal"
)

type shell struct {
	Command string `json:"command"`
	Dir     string `json:"dir"`
}

func (shell) Kind() string    { return "shell" }
func (shell) Validate() error { return nil }

type idle struct{ actors.Defaults[shell] }

func (idle) Run(context.Context, actors.Run[shell]) (actors.Output, error) {
	return actors.Output{}, nil
}

func app() cli.App {
	kinds := new(actors.Registry)
	actors.Register(kinds, func(actors.Env) actors.Actor[shell] { return idle{} })
	return cli.App{
		Kinds: kinds,
		Start: func(_ context.Context, o process.Options) error {
			o.Log.Info("cron: started", zap.Int("jobs", len(o.Config.Jobs)))
			if strings.HasSuffix(o.Data, "taken") {
				return errors.New("lock: the daemon with pid 7 has the data folder")
			}
			return nil
		},
		Demo: func(_ context.Context, o demo.Options) error {
			_, err := fmt.Fprintf(o.Out, "demo auto=%v terminal=%v\n", o.Auto, o.Colour)
			return err
		},
		Replay: func(_ context.Context, in io.Reader) (cli.Replayed, error) {
			raw, err := io.ReadAll(in)
			return cli.Replayed{Facts: len(raw), OtherVersion: len(raw) == 3, Report: fmt.Sprintf("%d bytes", len(raw))}, err
		},
		Export: func(_ context.Context, from journal.Place, w io.Writer) error {
			_, err := fmt.Fprintf(w, "journal of %s\n", filepath.Base(from.Data))
			return err
		},
	}
}

// daemon serves a fake on a new data folder.
func daemon(t *testing.T) (*fake, string) {
	t.Helper()
	f := new(fake)
	return f, serving(t, f)
}

// serving serves a backend on a new data folder.
func serving(t *testing.T, b contract.Backend) (data string) {
	t.Helper()
	data = t.TempDir()
	l, _, err := api.Listen(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- api.Serve(ctx, api.Options{Socket: l, Backend: b, Log: zap.NewNop()}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return data
}

func call(stdin string, args ...string) (code int, stdout, stderr string) {
	var out bytes.Buffer
	code, stderr = callInto(&out, stdin, args...)
	return code, out.String(), stderr
}

func callInto(out io.Writer, stdin string, args ...string) (code int, stderr string) {
	var errs bytes.Buffer
	code = app().Main(args, strings.NewReader(stdin), out, &errs)
	return code, errs.String()
}

// ago stands for how long ago something was.
var ago = regexp.MustCompile(`\d+d ago`)

func TestForPeople(t *testing.T) {
	_, data := daemon(t)
	t.Setenv("TZ", "Europe/Vienna")
	const (
		when   = "2023-11-14 23:13:20 (ago)"
		vienna = "times in Europe/Vienna\n"
	)
	tests := []struct {
		args, stdin string
		code        int
		want        string // of standard output, else of standard error
	}{
		{"job list", "", 0, "NAME    STATE  SCHEDULE   NEXT  HELD BY                                   LAST\n" +
			"backup  idle   @hourly    -                                               -\n" +
			"brief   held   0 7 * * *  ago   session default, a question to a person  failed ago, 3 failures\n"},
		{"job list -o wide", "", 0, "NAME    STATE  ACTOR  SESSION  SCHEDULE   ZONE  NEXT                 HELD BY LAST                                    RUN TITLE TAGS\n" +
			"backup  idle   shell  -        @hourly    UTC   - - - The backup nightly, disk\n" +
			"brief   held   agent  default  0 7 * * *  UTC   2023-11-14 23:13:20  session default, a question to a person failed 2023-11-14 23:13:20, 3 failures  r0 - -\n" + vienna},
		{"job list --limit 1", "", 0, "NAME    STATE  SCHEDULE  NEXT  LAST\nbackup  idle   @hourly   -     -\nthere is more: list it with --after backup\n"},
		{"job list --limit 5000", "", 2, "curfew: limit must be 1 to 1000, not \"5000\"\n"},
		{"job show brief", "", 0, "name          brief\nactor         agent\nstate         held\nschedule      0 7 * * * (UTC)\nslots         every day at 07:00 in UTC\nnext slot     " + when +
			", held by session default, a question to a person\ntimeout       1h\nsession       default\nheld run      r1\nlast run      failed, permanent, " + when + ", run r0\nlast skipped  -\nfailing       since " + when + ", 3 failures: no paper\noverlap       allow, up to 3 runs beside each other\ntitle         -\ntags          -\n" + vienna},
		{"job show shut", "", 0, "name shut\nactor shell\nstate paused: disabled in the job file (enabled: false); change it there, and `curfew reload`\nschedule @hourly (UTC)\nslots every hour\n" +
			"next slot none while the job is disabled\ntimeout none: no limit of time\nsession -\nheld run -\nlast run -\nlast skipped -\nfailing no\noverlap skip\ntitle -\ntags -\nruns in /srv/jobs\n\nIt says\nmore.\n"},
		{"job run shut", "", 0, "run r1 of job shut\n held: the job is disabled in the job file (enabled: false); change it there, and `curfew --data DATA reload`\n"},
		{"job pause shut", "", 0, "job shut: paused, and also disabled in the job file (enabled: false); change it there, and `curfew --data DATA reload`; then resume it with `curfew --data DATA job resume shut`\n"},
		{"job show none", "", 1, "curfew: there is no job \"none\"\n"},
		{"next none", "", 1, "curfew: there is no job \"none\", and \"none\" is not an expression either: those are like \"0 7 * * *\", @daily or \"every 90m\" " +
			"(`curfew help schedules`)\n"},
		{"job run backup", "", 0, "run r1 of job backup\n  see `curfew --data DATA run show r1`\n"},
		{"job run brief", "", 0, "run r1 of job brief\n  held by session default (closed: its sign-in has expired): sign in with `curfew --data DATA session login default`\n"},
		{"job run chat", "", 0, "run r1 of job chat\n  held by session cli (closed: its sign-in has expired): sign in with the tool that its jobs run, then say so with `curfew --data DATA session login cli`\n"},
		{"job run asked", "", 0, "run r1 of job asked\n  held until a person decides: `curfew --data DATA job run asked` runs it, `curfew --data DATA job cancel asked` cancels it\n"},
		{"job run off", "", 0, "run r1 of job off\n  held: the job is paused; resume it with `curfew --data DATA job resume off`\n"},
		{"job run circuit", "", 0, "run r1 of job circuit\n  held: the backend does not answer; the run starts when it answers again\n"},
		{"job pause backup", "", 0, "job backup: paused; resume it with `curfew --data DATA job resume backup` (now idle)\n"},
		{"job resume backup", "", 0, "job backup: resumed (now idle)\n"},
		{"job cancel backup", "", 0, "job backup: cancelled; it has no next slot by the clock (now idle)\n"},
		{"job cancel hourly", "", 0, "job hourly: cancelled; the next slot runs as usual (now idle)\n"},
		{"job cancel off", "", 0, "job off: cancelled; it stays paused: resume it with `curfew --data DATA job resume off`\n"},
		{"job cancel shut", "", 0, "job shut: cancelled; it stays disabled in the job file (enabled: false); change it there, and `curfew --data DATA reload`\n"},
		{"job cancel circuit", "", 0, "job circuit: cancelled; what falls due is held, or skipped, because of the backend of session default (now idle)\n"},
		{"run cancel r1", "", 0, "run r1 of job brief: cancelled; its other runs go on\n"},
		{"run cancel r0", "", 1, "curfew: run r0 of job brief is over: failed\n"},
		{"run show r1", "", 0, "run       r1\njob       brief\nstatus    held\nreason    -\nheld by   session, ask\nslot      " + when + ", and 2 earlier slots since " + when + "\ntrigger   schedule\nstarted   " + when + "\nfinished  -\ntook      0s\n\n" +
			"TRY  STARTED  TOOK  CLASS            COST                              ERROR\n1    ago  0s    session_expired  2 calls, 3,000 tokens in, 4 out  401\n" +
			"\nwhat attempt 1 did:\n  user: what is new?\n      in short\n  calls news.read {\"n\":3}\n  news.read fails: no paper\n  [steps were left out]\n  news.read answers: much\n" +
			"\nwhat that means: `curfew help session_expired`\n" +
			"\nhalf a briefing\n" +
			"held by session default (closed: its sign-in has expired): sign in with `curfew --data DATA session login default`\n" +
			"held until a person decides: `curfew --data DATA job run brief` runs it, `curfew --data DATA job cancel brief` cancels it\n" + vienna},
		{"run show r2", "", 1, "curfew: there is no run \"r2\"; old ones are forgotten\n"},
		{"node list", "", 0, "NODE  STATE            RUNNING  LABELS    SINCE\na     open (this one)  3        gpu=true  -\nb     lost             0        -         -\n"},
		{"node drain a", "", 0, "node a gets no new attempts; 3 still running there\n"},
		{"node drain a --undo", "", 0, "node a takes jobs\n"},
		{"session list", "", 0, "SESSION  STATE   SINCE    EXPIRES  HELD  JOBS  WHY\ndefault  closed  ago  -        1     2     its sign-in has expired\n"},
		{"session show default", "", 0, "session     default\nstate       closed\nwhy         its sign-in has expired\nreported    expired\nsaid by     -\nsince       " + when + "\nsign-in by  -\ngeneration  3\nexpires     -\nbackend     https://api.example.com/v1\ncircuit     \nruns held   1\njobs        2\n" +
			"sign in with `curfew --data DATA session login default`\n" + vienna},
		{"session show cli", "", 0, "session     cli\nstate       closed\nwhy         its sign-in has expired\nreported    expired\nsaid by     -\nsince       " + when + "\nsign-in by  -\ngeneration  3\nexpires     -\nbackend     none: the session keeps no token\ncircuit     \nruns held   1\njobs        2\nsign in with the tool that its jobs run, then say so with `curfew --data DATA session login cli`\n" + vienna},
		{"session show watched", "", 0, "session     watched\nstate       closed\nwhy         its sign-in has expired\nreported    expired\nsaid by     -\nsince       " + when + "\nsign-in by  Curfew has noticed it: a file of signed_in_when has changed\ngeneration  2\nexpires     -\nbackend     none: the session keeps no token\ncircuit     \nruns held   0\njobs        0\n" +
			"session watched: a sign-in may go unnoticed: signed_in_when.file: permission denied\na sign-in is noticed by /home/ada/.claude/.credentials.json\n" +
			"sign in with the tool that its jobs run; if Curfew does not notice that, say so with `curfew --data DATA session login watched`\n" + vienna},
		{"session show new", "", 0, "session     new\nstate       probing\nwhy         waits for its first run at 2023-11-14 23:13:20: brief\nreported    -\nsaid by     -\nsince       " + when + "\nsign-in by  -\ngeneration  4\nexpires     -\nbackend     none: the session keeps no token\ncircuit     \nruns held   0\njobs        0\n" + vienna},
		{"session show renewing", "", 0, "session     renewing\nstate       closed\nwhy         its refresh fails\nreported    -\nsaid by     -\nsince       " + when + "\nsign-in by  -\ngeneration  0\nexpires     -\nbackend     https://api.example.com/v1\ncircuit     \nruns held   0\njobs        0\n" +
			"session renewing: its refresh fails, so it gets no new token: refresh: no such account\nsign in with `curfew --data DATA session login renewing`\n" + vienna},
		{"session login default", "new\n", 0, "session default: probing at generation 3, 1 run held\n  waits for its first run\n"},
		{"session login default", "old", 1, "curfew: that token has expired\n"},
		{"session login --force default", "old", 0, "session default: probing at generation 3, 1 run held\n  waits for its first run\n"},
		{"session login default", "\n", 2, "curfew: the token is empty; give it on standard input, or in a file with --token-file\n"},
		{"session login default", strings.Repeat("x", 33<<10), 2, "curfew: the token is longer than 32768 bytes\n"},
		{"session login default --token-file none", "", 2, "curfew: read the token: open none: no such file or directory\n"},
		{"session login spent --wait", "new", 0, "session spent: probing at generation 5\n  waits for its first run\n" +
			"session spent: closed, its quota is used up\n  it is tried again at " + when + "\n" + vienna},
		{"session login default --wait", "new", 1, "session default: probing at generation 3, 1 run held\n  waits for its first run\n" +
			"session default: closed, its sign-in has expired\n  reported: expired\n  sign in with `curfew --data DATA session login default`\n"},
		{"session login none", "new", 1, "curfew: there is no session \"none\"\n"},
		{"session login cli", "", 0, "session cli: probing at generation 3, 1 run held\n  waits for its first run\n  the session keeps no token; its jobs use the sign-in of their own tool, and the next run tests it\n"},
		{"session login cli --token-file none", "", 2, "curfew: session cli has no backend and keeps no token; sign in with the tool that its jobs run, then repeat this without --token-file\n"},
		{"session logout default", "", 0, "session default: closed at generation 3, 1 run held\n  sign in with `curfew --data DATA session login default`\n"},
		{"session expire default", "", 0, "session default: closed at generation 3, 1 run held\n  sign in with `curfew --data DATA session login default`\n"},
		{"session expire default --generation 2", "", 0, "session default: nothing changed; it is closed at generation 3\n  sign in with `curfew --data DATA session login default`\n"},
	}
	// Ages shift the columns of a table: spaces are squeezed for the comparison.
	squeeze := regexp.MustCompile(` +`)
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			args := append(strings.Fields(tt.args), "--data", data)
			code, out, errs := call(tt.stdin, args...)
			if code == 0 && out != "" {
				loses(t, tt.stdin, args...)
			}
			got := squeeze.ReplaceAllString(ago.ReplaceAllString(strings.ReplaceAll(out+errs, data, "DATA"), "ago"), " ")
			if want := squeeze.ReplaceAllString(tt.want, " "); code != tt.code || got != want {
				t.Errorf("exit %d\n%s\nwant %d\n%s", code, got, tt.code, want)
			}
		})
	}
}

func TestForPrograms(t *testing.T) {
	f, data := daemon(t)
	tests := []struct {
		args, stdin string
		code        int
		out, err    string // what each begins with
	}{
		{"job list", "", 0, `{"items":[{"name":"backup",`, ""},
		{"job list --actor agent --session work --tag nightly --search report", "", 0, `{"items":[{"name":"brief",`, ""},
		{"job show brief", "", 0, `{"name":"brief","actor":"agent"`, ""},
		{"job run brief", "", 0, `{"run":"r1","holds":["session"]}` + "\n", ""},
		{"run show r1", "", 0, `{"id":"r1","job":"brief"`, ""},
		{"session list", "", 0, `{"items":[{"name":"default","state":"closed"`, ""},
		{"session login default", "t-1\r\n", 0, `{"name":"default","state":"probing"`, ""},
		{"version", "", 0, `{"version":`, ""},
		{"replay -", "12", 0, `{"facts":2,"decisions":0,"differences":0,"before":0,"other_version":false,"report":"2 bytes"}`, ""},
		{"next @daily --tz UTC --from 2027-01-01T00:00:00Z -n 1", "", 0, `{"schedule":"@daily","schedule_text":"every day at 00:00 in UTC","timezone":"UTC",` +
			`"items":[{"slot":"2027-01-02T00:00:00.000Z","local":"2027-01-02T00:00:00Z","note":null}],"next":"2027-01-02T00:00:00.000Z"}`, ""},
		{"job show none", "", 1, "", `{"type":"about:blank","title":"Not Found","status":404,"detail":"there is no job \"none\""}`},
		{"job show", "", 2, "", `{"type":"about:blank","title":"Bad Request","status":400,"detail":"curfew job show needs one argument, NAME, not 0; see curfew job show --help"}`},
		{"start", "", 2, "", `{"type":"about:blank","title":"Bad Request","status":400,"detail":"start needs --config FILE"}`},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			code, out, errs := call(tt.stdin, append([]string{"-o", "json", "--data", data}, strings.Fields(tt.args)...)...)
			if code != tt.code || !strings.HasPrefix(out, tt.out) || !strings.HasPrefix(errs, tt.err) || tt.err == "" && errs != "" || tt.out == "" && out != "" {
				t.Fatalf("exit %d\nout %s\nerr %s", code, out, errs)
			}
			if !json.Valid([]byte(out + errs)) {
				t.Errorf("not one JSON value: %s", out+errs)
			}
		})
	}
	if f.token != "t-1" {
		t.Errorf("the token arrived as %q", f.token)
	}
}

func TestWithoutDaemon(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("good.yaml", "jobs:\n- {name: a, actor: shell, schedule: '@daily', timezone: UTC, with: {command: 'true'}}\n")
	bad := write("bad.yaml", "jobs:\n- {name: a, actor: shel, schedule: '@daily'}\nnote: x\n")
	past := write("past.yaml", "jobs:\n- {name: a, actor: shell, schedule: 'at 2020-01-15T12:00:00Z', timezone: UTC, with: {command: 'true'}}\n")
	three := write("three", "123")
	none := "no daemon has ever run on " + dir + "; if yours has another data folder, name it with --data or CURFEW_DATA; otherwise start one: `curfew start --config FILE`\n"
	if u := datadir.FindUnit(); u != nil { // this machine has a service of its own
		none = "no daemon has ever run on " + dir + "; " + datadir.Other(dir, u) + "\n"
	} else if info, err := os.Stat(datadir.Service); err == nil && info.IsDir() {
		none = strings.Replace(none, "CURFEW_DATA;", "CURFEW_DATA (there is "+datadir.Service+");", 1)
	}
	tests := []struct {
		args     []string
		code     int
		out, err string
	}{
		{[]string{"job", "list"}, 1, "", "curfew: " + none},
		{[]string{"session", "login", "default"}, 1, "", "curfew: " + none},
		{[]string{"check", good}, 0, good + ": ok, 1 job\n  a: every day at 00:00 in UTC (timeout 2m, 3 attempts)\n", ""},
		{[]string{"check", bad}, 2, bad + ":2:20: unknown actor \"shel\"; this build knows shell; did you mean \"shell\"?\n" + bad + ":3:1: unknown key \"note\" in a job file; known are sessions, jobs, defaults, lanes, release, targets, notify, sentry, history, journal\n", ""},
		{[]string{"check", bad, "-o", "json"}, 2, fmt.Sprintf(`{"problems":[{"file":%q,"line":2,"col":20,"message":"unknown actor \"shel\"; this build knows shell; did you mean \"shell\"?"},{"file":%q,"line":3,"col":1,"message":"unknown key \"note\" in a job file; known are sessions, jobs, defaults, lanes, release, targets, notify, sentry, history, journal"}],"warnings":[],"jobs":[]}`+"\n", bad, bad), ""},
		{[]string{"check", past}, 0, past + ": ok, 1 job\n  a: once, on 2020-01-15 at 12:00:00 in UTC (timeout 2m, 3 attempts)\n", past + ":2:37: warning: job a never runs again: once, on 2020-01-15 at 12:00:00 in UTC\n"},
		{[]string{"start", "--config", past, "--log-level", "error"}, 0, "", ""}, // it may have been missed, and be caught up
		{[]string{"check", "missing"}, 2, "", "curfew: config: read the job file: open missing: no such file or directory\n"},
		{[]string{"start", "--config", bad}, 2, "", bad + ":2:20: unknown actor \"shel\"; this build knows shell; did you mean \"shell\"?\n" + bad + ":3:1: unknown key \"note\" in a job file; known are sessions, jobs, defaults, lanes, release, targets, notify, sentry, history, journal\n"},
		{[]string{"start", "--config", good, "--listen", "7717"}, 2, "", "curfew: --listen must be host:port, such as 127.0.0.1:7717, or off, not \"7717\"\n"},
		{[]string{"start", "--config", good, "--tls-cert", "c.pem"}, 2, "", "curfew: --tls-cert and --tls-key are needed together\n"},
		{[]string{"start", "--config", good, "--listen", "off", "--allow-host", "h"}, 2, "", "curfew: --tls-cert, --tls-key and --allow-host are about TCP, and --listen is off\n"},
		{[]string{"start", "--config", good, "--log", "xml"}, 2, "", "curfew: --log must be console or json, not \"xml\"\n"},
		{[]string{"start", "--config", good, "--log-level", "loud"}, 2, "", "curfew: --log-level must be debug, info, warn or error, not \"loud\"\n"},
		{[]string{"start", "--config", good, "--log-level", "error"}, 0, "", ""},
		{[]string{"start", "--config", good, "--log-level", "error", "--data", dir + "/taken"}, 1, "", "curfew: lock: the daemon with pid 7 has the data folder\n"},
		{[]string{"demo"}, 0, "demo auto=true terminal=false\n", ""},
		{[]string{"journal", "export", "--data", "x/data"}, 0, "journal of data\n", ""},
		{[]string{"replay", "-"}, 0, "0 bytes\n", ""},
		{[]string{"replay", three}, 3, "3 bytes\n", ""},
		{[]string{"replay", "missing"}, 2, "", "curfew: open missing: no such file or directory\n"},
		{[]string{"job"}, 2, "", "curfew: curfew job needs a command; see curfew job --help\n"},
		{[]string{"job", "frob"}, 2, "", "curfew: curfew job has no command \"frob\"; see curfew job --help\n"},
		{[]string{"frob"}, 2, "", "curfew: curfew has no command \"frob\"; see curfew --help\n"},
		{[]string{"reload", "x"}, 2, "", "curfew: curfew reload takes no argument, but has \"x\"; see curfew reload --help\n"},
		{[]string{"status", "--watch", "5s"}, 2, "", "curfew: curfew status takes no argument, but has \"5s\"; a pace is written --watch=5s\n"},
		{[]string{"preset", "show"}, 2, "", "curfew: curfew preset show needs one argument, NAME, not 0; see curfew preset show --help\n"},
		{[]string{"import", "my.crontab"}, 2, "", "curfew: curfew import needs a KIND and a SOURCE, such as crontab FILE; see curfew import --help\n"},
		{[]string{"job", "list", "--frob"}, 2, "", "curfew: unknown flag: --frob\n"},
		{[]string{"job", "list", "-o", "xml"}, 2, "", "curfew: -o must be text, wide, json or yaml, not \"xml\"\n"},
		{[]string{"session", "login", "default", "my-token"}, 2, "", "curfew: curfew session login needs one argument, NAME, not 2; see curfew session login --help\n"},
		{[]string{"explain", "hello", "22:05"}, 2, "", "curfew: curfew explain needs one argument, JOB; a time is written --at \"22:05\"\n"},
	}
	t.Setenv("CURFEW_DATA", dir)
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			code, out, errs := call("", tt.args...)
			if code != tt.code || out != tt.out || errs != tt.err {
				t.Errorf("exit %d\nout %s\nerr %s\nwant %d\nout %s\nerr %s", code, out, errs, tt.code, tt.out, tt.err)
			}
			if out != "" && out[0] != '{' { // with -o json the error is in that form, too
				loses(t, "", tt.args...)
			}
		})
	}
}

func TestStartLogsAsAsked(t *testing.T) {
	t.Setenv("TZ", "Europe/Vienna") // a machine without a zone would log a second doubt
	file := filepath.Join(t.TempDir(), "f.yaml")
	if err := os.WriteFile(file, []byte("jobs:\n- {name: a, actor: shell, schedule: '@daily', with: {command: ./none}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs := call("", "start", "--config", file, "--data", t.TempDir(), "--log", "json")
	doubt, errs, _ := strings.Cut(errs, "\n") // what is worth a second look is a line of the log, too
	if !strings.Contains(doubt, `"msg":"cron: the job file: the program ./none does not exist","at":"`+file+`:2:63"}`) {
		t.Errorf("a program that is missing: %s", doubt)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(errs), &line); code != 0 || err != nil || line["msg"] != "cron: started" || line["jobs"] != 1.0 {
		t.Errorf("exit %d, %v: %s", code, err, errs)
	}
}
