package targets_test

import (
	"strings"
	"testing"

	"curfew/actors/system/notifier/targets"
)

// TestCheckService has each service read its own URLs, over no network, and tell none of a wrong one.
func TestCheckService(t *testing.T) {
	for _, good := range []string{
		"ntfy://ntfy.sh/topic",
		"telegram://110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw@telegram?chats=@me",
		"discord://abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnop@1234567890",
		"smtp://user:planted@mail.example.com:587/?from=a@example.com&to=b@example.com",
		"slack://xoxb:123456789012-1234567890123-4mt0t4l1YL3g1T5L4cK70k3N@general",
		"matrix://user:planted@no-such-host.invalid/?rooms=!room:no-such-host.invalid", // it would sign in
		"generic://hooks.example.com/planted",
		"generic+https://hooks.example.com/planted?x=y",
		"gotify://gotify.example.com/AzyoeNS.D4iJLVa",
	} {
		if err := targets.CheckService(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for bad, want := range map[string]string{
		"slack://nonsense":                               "is not valid for slack",
		"slack://planted-secret/planted-secret":          "is not valid for slack",
		"telegram://planted-secret@telegram":             "is not valid for telegram",
		"discord://planted-secret":                       "is not valid for discord",
		"ntfy://":                                        "is not valid for ntfy",
		"logger://":                                      `must begin with the name of a service (bark, discord`,
		"telegramm://planted-secret@telegram":            `not with "telegramm"`,
		"planted-secret":                                 "must be one such as ntfy://",
		"slack+https://hooks.example.com/planted-secret": "is not valid for slack",
	} {
		err := targets.CheckService(bad)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "planted-secret") {
			t.Errorf("%q: the error tells it: %v", bad, err)
		}
	}
}
