package browser

import (
	"strconv"
	"testing"
)

// TestLiveLog: the output of a run that goes on grows in the page, which is not loaded again, and the end is told when
// somebody cancels the run there.
func TestLiveLog(t *testing.T) {
	t.Parallel()
	s := newSite(t, file(ordinary[7:9], "http://127.0.0.1:9", true))
	started, err := s.Client.RunNow(t.Context(), talks)
	if err != nil {
		t.Fatal(err)
	}
	v := s.visitor()
	v.goes("/runs/" + string(started.Body.Run))
	v.until("the first photo", shows("#log", "photo 1"))
	v.mark()
	before := value[int](v, `document.querySelector("#log").textContent.length`)
	v.until("two more photos", `document.querySelector("#log").textContent.length >= 16 + `+strconv.Itoa(before))
	v.marked()
	v.clicks("cancel", named(anywhere, "Cancel this run"))
	v.until("the end", shows("#head", "cancelled"))
	v.until("what was printed", shows("#log", "photo 1"))
}
