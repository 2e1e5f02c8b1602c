package httpx

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestMisdirectedConnectionIsLeft: after a 421 the next request goes over another connection, whoever asks, and with
// both versions of HTTP.
func TestMisdirectedConnectionIsLeft(t *testing.T) {
	for _, version := range []int{1, 2} {
		var from []string
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			from = append(from, r.RemoteAddr)
			w.WriteHeader(http.StatusMisdirectedRequest)
			_, _ = io.WriteString(w, "not here")
		}))
		server.EnableHTTP2 = version == 2
		server.StartTLS()
		base, _ := server.Client().Transport.(*http.Transport)
		for _, client := range []*http.Client{{Transport: pool{base.Clone()}}, {Transport: Status(pool{base.Clone()})}} {
			from = nil
			for range 2 {
				resp, err := client.Get(server.URL)
				if err != nil {
					continue // it is a StatusError
				}
				if resp.ProtoMajor != version {
					t.Fatalf("it speaks %s", resp.Proto)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
			if len(from) != 2 || from[0] == from[1] {
				t.Errorf("HTTP/%d: the requests came from %v; want two connections", version, from)
			}
		}
		server.Close()
	}
}
