package web

import "net/http"

// A section is what belongs to one page of the navigation.
type section struct {
	pages  []page
	orders []order
	files  []file
	said   map[string]string // texts by code; %s stands for what they are about
}

// sections are all parts of the dashboard.
func sections() []section {
	return []section{
		signing(),
		preferences(),
		overview(),
		sessions(),
		jobs(),
		job(),
		runs(),
		tree(),
		theBus(),
	}
}

// places are the navigation.
var places = []place{{"/", "Overview"}, {"/jobs", "Jobs"}, {"/runs", "Runs"}, {"/tree", "Tree"}, {"/bus", "Bus"}}

// A place is an entry of the navigation.
type place struct{ path, text string }

// A page answers GET requests.
type page struct {
	path  string // as http.ServeMux has it, such as /jobs/{name}
	view  string // its template is views/VIEW.html
	place string // the path of the entry of the navigation that it belongs to
	ask   func(v *visit) (answer, error)
}

// An answer is what a page shows.
type answer struct {
	title  string
	model  any
	status int    // 0: 200
	view   string // its template; empty: that of the page
}

// An order answers POST requests of forms.
type order struct {
	path string
	// free says that the order changes nothing of the runtime, so that everybody may give it.
	free bool
	// public says that nobody has to have signed in for it.
	public bool
	do     func(v *visit) (outcome, error)
}

// An outcome is what became of an order: the browser goes on to a page, which says what was done; or a page is shown
// at once, with a form that was not right.
type outcome struct {
	to      string // a path of the dashboard
	said    said
	cookies []*http.Cookie

	page   *page
	answer answer
}

// A file answers GET requests with something that is no page. Until it has written something, it may fail.
type file struct {
	path   string
	public bool // nobody has to have signed in for it
	serve  func(v *visit, w http.ResponseWriter) error
}
