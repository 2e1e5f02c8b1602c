package api

import (
	"context"
	"net/http"

	"curfew/internal/contract"
)

func (s *server) targets(ctx context.Context, r *http.Request) (int, any, error) {
	_, page, err := query(r)
	if err != nil {
		return 0, nil, err
	}
	return list(s.b.Targets(ctx, page))
}

func (s *server) testTarget(ctx context.Context, r *http.Request) (int, any, error) {
	if err := noBody(r); err != nil {
		return 0, nil, err
	}
	out, err := s.b.TestTarget(ctx, r.PathValue("name"))
	return http.StatusOK, out, err
}

// Targets lists targets by name.
func (c *Client) Targets(ctx context.Context, p contract.Page) (Reply[contract.List[contract.Target]], error) {
	return call[contract.List[contract.Target]](ctx, c, http.MethodGet, path("targets")+paging(p, nil), nil)
}

// TestTarget sends a test message to a target.
func (c *Client) TestTarget(ctx context.Context, name string) (Reply[contract.TargetTested], error) {
	return call[contract.TargetTested](ctx, c, http.MethodPost, path("targets", name, "test"), nil)
}
