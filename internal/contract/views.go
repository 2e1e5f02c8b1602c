package contract

// Views are the questions of the pages of the dashboard that no program needs: what they ask is not part of the API. Each
// page has an interface of its own here, in view_PAGE.go.
type Views interface {
	BusView
	JobView
	JobsView
	OverviewView
	RunView
	SessionsView
	TreeView
}

// Answers are all questions that a runtime answers.
type Answers interface {
	Backend
	Views
}
