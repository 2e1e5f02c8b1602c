// Command lister lists the jobs of a daemon with a client that a program of others has made from docs/openapi.json.
//
//	lister URL TOKEN-FILE
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	"curfew/openapi/client"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: lister URL TOKEN-FILE")
		os.Exit(2)
	}
	if err := list(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "lister:", err)
		os.Exit(1)
	}
}

func list(url, file string) error {
	token, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	bearer := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
		return nil
	}
	c, err := client.NewClientWithResponses(url, client.WithRequestEditorFn(bearer))
	if err != nil {
		return err
	}
	jobs, err := c.ListJobsWithResponse(context.Background(), nil)
	if err != nil {
		return err
	}
	if jobs.JSON200 == nil {
		return fmt.Errorf("%s: %s", jobs.Status(), jobs.Body)
	}
	for _, j := range jobs.JSON200.Items {
		fmt.Println(j.Name, j.State)
	}
	return nil
}
