package web

// overview is the first page.
func overview() section {
	return section{pages: []page{{path: "/{$}", view: "overview", place: "/", ask: func(*visit) (answer, error) {
		return answer{title: "Overview"}, nil
	}}}}
}
