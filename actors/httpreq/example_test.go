package httpreq_test

import (
	"fmt"

	"curfew/actors"
	"curfew/actors/httpreq"
)

// The blocks of jobs as they are checked: one that is valid, and one that is not.
func ExampleNew() {
	var kinds actors.Registry
	actors.Register(&kinds, httpreq.New)
	kind, err := kinds.Get("http")
	if err != nil {
		panic(err)
	}
	fmt.Println("gated:", kind.Traits.Gated)
	for _, with := range []string{
		`{"url": "https://example.com/health", "expect_status": 204}`,
		`{"url": "ftp://example.com"}`,
	} {
		fmt.Println(kind.Check([]byte(with)))
	}
	// Output:
	// gated: false
	// <nil>
	// url must be a URL such as https://example.com/health
}
