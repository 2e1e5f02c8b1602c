package httpreq_test

import (
	"fmt"
	"strings"
	"testing"

	"curfew/actors/httpreq"
)

func TestValidate(t *testing.T) {
	const url = "https://example.com/health"
	headers := func(h map[string]string) httpreq.Spec { return httpreq.Spec{URL: url, Headers: h} }
	secret := func(name, ref string) httpreq.Spec {
		return httpreq.Spec{URL: url, HeaderEnv: map[string]string{name: ref}}
	}
	many := map[string]string{}
	for i := range httpreq.MaxHeaders + 1 {
		many[fmt.Sprint("X-", i)] = "x"
	}
	tests := []struct {
		spec httpreq.Spec
		want string
	}{
		{httpreq.Spec{URL: url}, ""},
		{httpreq.Spec{URL: "http://10.0.0.1:8080/?token=x#y", Method: "POST", ExpectStatus: 201, ExpectBody: "^ok$", Body: "{}"}, ""},
		{headers(map[string]string{"Accept": "application/json"}), ""},
		{secret("Authorization", "Bearer API_TOKEN"), ""},
		{secret("Cookie", "COOKIE"), ""},
		{httpreq.Spec{URL: "http://127.0.0.1/?a=b#c", HeaderEnv: map[string]string{"X-Key": "KEY"}}, ""},

		{httpreq.Spec{}, "url is required"},
		{httpreq.Spec{URL: url + strings.Repeat("x", httpreq.MaxURL)}, "url is longer than 4096 bytes"},
		{httpreq.Spec{URL: "example.com"}, "url must be a URL such as https://example.com/health"},
		{httpreq.Spec{URL: "ftp://example.com"}, "url must be a URL such as https://example.com/health"},
		{httpreq.Spec{URL: "http://:80"}, "url must be a URL such as https://example.com/health"},
		{httpreq.Spec{URL: "https://a:S3CRET@example.com/%zz"}, "url must be a URL such as https://example.com/health"},
		{httpreq.Spec{URL: "https://a:S3CRET@example.com"}, "url must not contain a user or a password; put them into header_env"},
		{httpreq.Spec{URL: url, Method: "get"}, "method must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
		{httpreq.Spec{URL: url, ExpectStatus: 100}, "expect_status must be 200 to 599"},
		{httpreq.Spec{URL: url, ExpectStatus: 600}, "expect_status must be 200 to 599"},
		{httpreq.Spec{URL: url, ExpectBody: "("}, "expect_body: error parsing regexp: missing closing ): `(`"},
		{httpreq.Spec{URL: url, ExpectBody: strings.Repeat("x", httpreq.MaxPattern+1)}, "expect_body is longer than 4096 bytes"},
		{httpreq.Spec{URL: url, Method: "HEAD", ExpectBody: "x"}, "expect_body: the answer to a HEAD request has no body"},
		{httpreq.Spec{URL: url, Method: "HEAD", Body: "x"}, "body: a HEAD request has no body; remove it, or use another method"},
		{httpreq.Spec{URL: url, Body: strings.Repeat("x", httpreq.MaxRequestBody+1)}, "body is longer than 262144 bytes"},
		{headers(many), "headers and header_env have at most 64 entries each"},
		{headers(map[string]string{"a b": "x"}), `headers: "a b" is not a valid header name`},
		{headers(map[string]string{"host": "x"}), "headers: host cannot be set; the client sets it itself"},
		{headers(map[string]string{"X": "a\r\nb"}), "headers: the value of X must be at most 4096 printable characters"},
		{headers(map[string]string{"x": "a", "X": "b"}), "headers: x is given twice"},
		{headers(map[string]string{"authorization": "Bearer S3CRET"}), "headers: the value of authorization is a secret; name the variable that holds it in header_env"},
		{secret("Authorization", "Bearer s3cret-value"), "header_env: Authorization must be the name of the environment variable that holds the value, such as API_TOKEN or Bearer API_TOKEN"},
		{httpreq.Spec{URL: url, Headers: map[string]string{"x": "a"}, HeaderEnv: map[string]string{"X": "B"}}, "header_env: X is given twice"},
		{httpreq.Spec{URL: "http://example.com/?k=S3CRET", HeaderEnv: map[string]string{"X": "B"}}, "url: with header_env: httpx: unusable backend http://example.com:80: a token goes over https only, unless to loopback"},
	}
	for _, tt := range tests {
		if got, _, _ := outcome(tt.spec.Validate()); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
