package targets_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curfew/actors/system/notifier"
	"curfew/actors/system/notifier/targets"
	"curfew/messages"
)

// The parts of a secret. No text may show any of them.
const (
	secretUser  = "xk7Vq2Lm"
	secretPass  = "Tz9Rw4Np"
	secretPath  = "Hb3Yc8Kd"
	secretQuery = "Jf6Gs1Wv"
)

// shows reports which parts of a secret a text shows.
func shows(text string) (parts []string) {
	for _, p := range []string{secretUser, secretPass, secretPath, secretQuery} {
		if strings.Contains(text, p) {
			parts = append(parts, p)
		}
	}
	return parts
}

var message = notifier.Message{
	ID: "abc", Kind: notifier.KindOutput, At: 1_800_000_000_000, Job: "digest", Run: "run1", Title: "digest", Text: "Nothing new.",
}

// kindOf says what an error means for the letter.
func kindOf(err error) string {
	var later *notifier.Retry
	switch {
	case err == nil:
		return "taken"
	case errors.As(err, &later):
		return fmt.Sprintf("later %v", later.After)
	default:
		return "refused"
	}
}

// answers serves a status and a header.
func answers(t *testing.T, status int, header, value string) (address string, requests *[]*http.Request, bodies *[]string) {
	t.Helper()
	requests, bodies = new([]*http.Request), new([]string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*requests, *bodies = append(*requests, r), append(*bodies, string(body))
		if header != "" {
			w.Header().Set(header, value)
		}
		w.WriteHeader(status)
		fmt.Fprint(w, secretPath)
	}))
	t.Cleanup(server.Close)
	address = strings.Replace(server.URL, "http://", "http://"+secretUser+":"+secretPass+"@", 1) + "/" + secretPath + "?key=" + secretQuery
	return address, requests, bodies
}

func TestWebhook(t *testing.T) {
	for _, c := range []struct {
		status        int
		header, value string
		want          string
	}{
		{200, "", "", "taken"},
		{204, "", "", "taken"},
		{301, "Location", "http://127.0.0.1:1/" + secretPath, "refused"},
		{400, "", "", "refused"},
		{401, "", "", "refused"},
		{410, "", "", "refused"},
		{408, "", "", "later 0s"},
		{421, "", "", "later 0s"},
		{429, "Retry-After", "90", "later 1m30s"},
		{503, "Retry-After", "Fri, 01 Jan 2021 00:00:00 GMT", "later 0s"},
		{500, "Retry-After", "-5", "later 0s"},
		{502, "Retry-After", "99999999", "later 744h0m0s"},
	} {
		address, requests, bodies := answers(t, c.status, c.header, c.value)
		err := targets.Webhook(targets.Plain(address), &http.Client{}).Send(t.Context(), message)
		if got := kindOf(err); got != c.want {
			t.Errorf("%d: %s (%v), want %s", c.status, got, err, c.want)
		}
		if err != nil && (len(shows(err.Error())) > 0 || !strings.Contains(err.Error(), fmt.Sprint(c.status))) {
			t.Errorf("%d: the error is %q", c.status, err)
		}
		if len(*requests) != 1 || (*requests)[0].Header.Get("Idempotency-Key") != "abc" || (*requests)[0].Header.Get("Content-Type") != "application/json" {
			t.Errorf("%d: the requests were %v", c.status, *requests)
		}
		const want = `{"id":"abc","kind":"output","at":"2027-01-15T08:00:00.000Z","job":"digest","run":"run1","session":null,"notice":null,"title":"digest","text":"Nothing new."}`
		if got := (*bodies)[0]; got != want {
			t.Errorf("the body is %s, want %s", got, want)
		}
	}
}

// TestErrorsHoldNoAddress has addresses that cannot be reached, in every way that a client words it.
func TestErrorsHoldNoAddress(t *testing.T) {
	down := "http://" + secretUser + ":" + secretPass + "@127.0.0.1:1/" + secretPath + "/x?key=" + secretQuery
	bad := "http://" + secretUser + ":" + secretPass + "@127.0.0.1:99999999/" + secretPath
	mangled := "http://[" + secretUser + "/%zz" + secretPath
	for name, address := range map[string]string{"down": down, "bad": bad, "mangled": mangled, "nothing": ""} {
		for what, err := range map[string]error{
			"webhook": targets.Webhook(targets.Plain(address), &http.Client{}).Send(t.Context(), message),
			"service": targets.Service(targets.Plain(address)).Send(t.Context(), message),
			"generic": targets.Service(targets.Plain("generic+"+address)).Send(t.Context(), message),
			"ntfy":    targets.Service(targets.Plain(strings.Replace(address, "http:", "ntfy:", 1)+"&scheme=http")).Send(t.Context(), message),
			"ping":    targets.SendPing(t.Context(), &http.Client{}, targets.Plain(address), targets.PingFail),
		} {
			if err == nil || len(shows(err.Error())) > 0 {
				t.Errorf("%s, %s: the error shows %v", name, what, shows(fmt.Sprint(err)))
			}
		}
	}
}

func TestService(t *testing.T) {
	address, requests, bodies := answers(t, http.StatusOK, "", "")
	host := strings.SplitN(strings.SplitN(address, "@", 2)[1], "/", 2)[0]
	long := message
	long.Text = strings.Repeat("ä", 5_000)
	s := targets.Service(targets.Plain("generic://" + host + "/" + secretPath + "?disabletls=yes&template=json"))
	if err := s.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), long); err != nil {
		t.Fatal(err)
	}
	if len(*requests) != 2 || !strings.Contains((*bodies)[0], "Nothing new.") || !strings.Contains((*bodies)[0], `"digest"`) {
		t.Errorf("the service got %v", *bodies)
	}
	if got := (*bodies)[1]; strings.Count(got, "ä") != 1_800 || !strings.Contains(got, "curfew run show run1") {
		t.Errorf("a long text arrives with %d letters", strings.Count(got, "ä"))
	}
	address, _, _ = answers(t, http.StatusForbidden, "", "")
	host = strings.SplitN(strings.SplitN(address, "@", 2)[1], "/", 2)[0]
	err := targets.Service(targets.Plain("generic://"+host+"/"+secretPath+"?disabletls=yes")).Send(t.Context(), message)
	if !strings.HasPrefix(kindOf(err), "later") || len(shows(err.Error())) > 0 {
		t.Errorf("a refusal is %q", err)
	}
}

func TestAServiceThatHangsHoldsOneGoroutine(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	s := targets.Service(targets.Plain(strings.Replace(server.URL, "http://", "generic://", 1) + "/?disabletls=yes"))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.Send(ctx, message); kindOf(err) != "later 0s" {
		t.Errorf("it hangs: %v", err)
	}
	if err := s.Send(t.Context(), message); err == nil || !strings.Contains(err.Error(), "has not returned") {
		t.Errorf("a second try beside it: %v", err)
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.jsonl")
	f := targets.File(path)
	for range 2 {
		if err := f.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v; want 0600", info.Mode(), err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	var b targets.Body
	if len(lines) != 2 || json.Unmarshal([]byte(lines[1]), &b) != nil || b.ID != "abc" || b.Text != "Nothing new." {
		t.Errorf("the file has %q", lines)
	}
	if err := os.Truncate(path, targets.MaxFile-10); err != nil {
		t.Fatal(err)
	}
	if err := f.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	old, errOld := os.Stat(path + ".1")
	now, errNow := os.Stat(path)
	if err := errors.Join(errOld, errNow); err != nil || old.Size() != targets.MaxFile-10 || now.Size() != int64(len(lines[0]))+1 {
		t.Errorf("after the file was full: %v, %v, %v", old, now, err)
	}
	if err := targets.File(filepath.Dir(path)).Send(t.Context(), message); kindOf(err) != "later 0s" {
		t.Errorf("a folder: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	t.Setenv("COURIER_TEST_URL", " https://example.com/x \n")
	path := filepath.Join(t.TempDir(), "url")
	long := path + ".long"
	err := errors.Join(os.WriteFile(path, []byte("https://example.com/y\n"), 0o600), os.WriteFile(long, make([]byte, 16<<10+1), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		address   targets.Address
		want, err string
	}{
		{targets.FromEnv("COURIER_TEST_URL"), "https://example.com/x", ""},
		{targets.FromEnv("COURIER_TEST_NONE"), "", "COURIER_TEST_NONE is not set"},
		{targets.FromFile(path), "https://example.com/y", ""},
		{targets.FromFile(path + ".none"), "", "cannot be read"},
		{targets.FromFile(filepath.Dir(path)), "", "is a folder, not a file"},
		{targets.FromFile(os.DevNull), "", "is a device, not a file"},
		{targets.FromFile(long), "", "is longer than 16384 bytes"},
	} {
		got, err := c.address()
		if got != c.want || (c.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%q, %v; want %q, %q", got, err, c.want, c.err)
		}
	}
	// A person may mend what cannot be read, so a letter waits for that.
	err = targets.Webhook(targets.FromEnv("COURIER_TEST_NONE"), &http.Client{}).Send(t.Context(), message)
	if kindOf(err) != "later 0s" {
		t.Errorf("without an address: %v", err)
	}
}

func TestPing(t *testing.T) {
	for ping, want := range map[targets.Ping]string{
		targets.PingStart: "/" + secretPath + "/start", targets.PingSuccess: "/" + secretPath, targets.PingFail: "/" + secretPath + "/fail",
	} {
		address, requests, _ := answers(t, http.StatusOK, "", "")
		if err := targets.SendPing(t.Context(), &http.Client{}, targets.Plain(address), ping); err != nil {
			t.Error(err)
		}
		if r := (*requests)[0]; r.URL.Path != want || r.URL.RawQuery != "key="+secretQuery {
			t.Errorf("ping %q asks for another path or query", ping)
		}
	}
}

var report = messages.ErrorReported{
	Run: "run1", Job: "backup", Class: messages.ClassTimeout, Error: "it hangs at " + secretPass, Attempt: 3,
	Tags: messages.ErrorTags{Domain: "cron", Operation: "cli_agent_job", JobID: "backup", AgentID: "backup", SessionTarget: "isolated", Failure: "retries_exhausted"},
}
