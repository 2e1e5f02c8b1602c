package web

import (
	"crypto/rand"
	"strings"

	"curfew/messages"
)

// frame is what stands around every page.
type frame struct {
	Title     string
	Places    []placeLink // empty: nobody has signed in
	Strip     []sessionStrip
	MoreStrip string // a text about sessions that are not open and not in Strip; empty: there are none
	Said      string // what the order before has done; empty: nothing
	Path      string // of this page, with its query
	Theme     theme
	Themes    []choice
	Zones     []choice
	Role      string // who looks
	MayWrite  bool
	Once      string // a name for the orders of this page, so that one that is sent twice is one order
	Events    string // the names of all messages, for the script that listens
	Onward    string // where the browser goes on by itself; empty: nowhere
	MayLeave  bool   // it can sign out
	Styles    []string
	Scripts   []string
}

// placeLink is an entry of the navigation.
type placeLink struct {
	Path, Text string
	Current    bool
}

// A choice is a button of a switch.
type choice struct {
	Value, Text, Title string
	Chosen             bool
}

// eventNames are the names under which records are sent to browsers.
var eventNames = func() string {
	var all []string
	for _, b := range messages.All() {
		all = append(all, b.Name())
	}
	return strings.Join(all, " ")
}()

// bare is a frame for a stranger.
func (v *visit) bare(title string) frame {
	path := local(v.r.URL.RequestURI(), "/")
	if v.r.URL.Path == openPath {
		path = "/" // a ticket is not repeated
	}
	return frame{
		Title: title, Path: path, Theme: themeOf(v.r),
		Styles: v.assetsOf("style.css"), Scripts: v.assetsOf("live.js"),
	}
}

// around is a frame for somebody who has come in. It shows nothing of the runtime.
func (v *visit) around(title string) frame {
	f := v.bare(title)
	f.Once, f.Events, f.MayWrite, f.Role = rand.Text(), eventNames, v.mayWrite(), "Owner"
	if !f.MayWrite {
		f.Role = "Reader"
	}
	f.MayLeave = v.Door != nil && v.Door.SignedIn(v.r)
	for _, p := range places {
		f.Places = append(f.Places, placeLink{Path: p.path, Text: p.text})
	}
	f.Themes, f.Zones = themeChoices(f.Theme), v.clock.choices()
	return f
}

// frame is the frame of a page that is under a place of the navigation.
func (v *visit) frame(title, under, view string) (frame, error) {
	f := v.around(title)
	for i := range f.Places {
		f.Places[i].Current = f.Places[i].Path == under
	}
	f.Styles = append(f.Styles, v.assetsOf(view+".css")...)
	f.Scripts = append(f.Scripts, v.assetsOf(view+".js")...)
	if view == "overview" {
		return f, nil // it shows the sessions itself
	}
	shut, all, err := v.Views.ShutSessions(v.ctx, maxStrip)
	f.Strip, f.MoreStrip = v.strip(shut, all)
	return f, err
}

// assetsOf is the address of a file, if there is one.
func (v *visit) assetsOf(name string) []string {
	if at := v.assets.link(name); at != "" {
		return []string{at}
	}
	return nil
}
