// Package web is the dashboard: pages for browsers over a [contract.Backend] and the [contract.Views] of the pages. It
// is mounted on the mux of the API, behind the same door, and knows nothing of it.
//
// How a page is added:
//
//   - NAME.go has a function that returns its [section], and a line in sections (section.go) names it. A [page] asks the
//     backend and answers with a title and a model: a struct of texts, made of [moment], [badge], [pager] and the like.
//     An [order] is a POST: it does one thing, and says where to go on and what was done (the texts are in said).
//   - views/NAME.html defines "content". Its dot is {Frame, Page}: Page is the model, Frame is [frame] (Frame.MayWrite
//     hides orders). views/parts.html has the shared parts: {{template "time" .At}}, "badge", "pager", "order", "empty".
//   - assets/NAME.css and assets/NAME.js are linked by that page alone, if they exist. Shared components are in
//     assets/style.css.
//   - An element with data-live and an id is replaced by its namesake when records come (assets/live.js).
//   - What only this page asks goes into internal/contract/view_NAME.go, embedded in Views; internal/backend answers.
//   - TestEveryPage (pages_test.go) visits its path: add it, with an id that the fake knows, to that list.
package web
