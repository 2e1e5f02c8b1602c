package api

import (
	"context"
	"net/http"
	"reflect"
)

// A Route describes an operation: what a request for it looks like, and what is answered.
type Route struct {
	Method, Path string // as http.ServeMux has them; a variable of the path is a member of In
	ID           string // a name for programs that are made from the description
	Summary      string // one sentence for people
	Status       int    // of a success
	Media        string // the media type of its body

	In, Out reflect.Type // the question and the answer
}

// An operation is a route with its types. The server's reading of a request, the client's writing of one and
// docs/openapi.json all come from it.
type operation[In, Out any] struct{ Route }

func get[In, Out any](path, id, summary string) operation[In, Out] {
	return describe[In, Out](http.MethodGet, path, id, summary, http.StatusOK)
}

// put is an operation that makes something so.
func put[In, Out any](path, id, summary string) operation[In, Out] {
	return describe[In, Out](http.MethodPut, path, id, summary, http.StatusOK)
}

// remove is an operation that removes something.
func remove[In, Out any](path, id, summary string) operation[In, Out] {
	return describe[In, Out](http.MethodDelete, path, id, summary, http.StatusOK)
}

// post is an operation that changes something and says so.
func post[In, Out any](path, id, summary string) operation[In, Out] {
	return describe[In, Out](http.MethodPost, path, id, summary, http.StatusOK)
}

// accept is an operation that orders something that goes on after the answer.
func accept[In, Out any](path, id, summary string) operation[In, Out] {
	return describe[In, Out](http.MethodPost, path, id, summary, http.StatusAccepted)
}

func describe[In, Out any](method, path, id, summary string, status int) operation[In, Out] {
	return operation[In, Out]{Route{
		Method: method, Path: path, ID: id, Summary: summary, Status: status, Media: mediaOf(reflect.TypeFor[Out]()),
		In: reflect.TypeFor[In](), Out: reflect.TypeFor[Out](),
	}}
}

// mediaOf is the media type of an answer.
func mediaOf(answer reflect.Type) string {
	switch answer {
	case reflect.TypeFor[text]():
		return textType
	case reflect.TypeFor[eventsText]():
		return eventType
	default:
		return jsonType
	}
}

// serve answers the requests of an operation by do.
func serve[In, Out any](s *server, o operation[In, Out], do func(context.Context, In) (Out, error)) {
	s.route(o.Route, s.handle(o.Status, func(ctx context.Context, r *http.Request) (any, error) {
		var in In
		if err := read(r, &in); err != nil {
			return nil, err
		}
		return do(ctx, in)
	}))
}

// tagged is an answer with a version, which goes into the header ETag.
type tagged interface{ ETag() string }

// call asks for an operation.
func call[In, Out any](ctx context.Context, c *Client, o operation[In, Out], in In) (Reply[Out], error) {
	var out Reply[Out]
	req, err := c.request(ctx, o.Route, in)
	if err != nil {
		return out, err
	}
	return out, c.ask(req, &out.Raw, &out.Body)
}
