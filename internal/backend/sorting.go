package backend

import (
	"cmp"
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"strings"

	"curfew/internal/contract"
)

// unknown is the key of a job of which an order knows nothing.
const unknown = math.MaxInt64

// place is where a job stands in an order: by its key, then by its name.
type place struct {
	key  int64
	name string
}

// order compares places. Unknown keys come last, also the other way round.
type order struct {
	byName  bool // by the name alone
	reverse bool
}

func (o order) compare(a, b place) int {
	if a.key == b.key {
		if o.byName && o.reverse {
			a, b = b, a
		}
		return cmp.Compare(a.name, b.name)
	}
	if o.reverse && a.key != unknown && b.key != unknown {
		a, b = b, a
	}
	return cmp.Compare(a.key, b.key)
}

// cursor is a place as a text, for those who ask for what is beside it.
func (p place) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(p.key, 10) + " " + p.name))
}

// placeOf is the place of a cursor.
func placeOf(cursor string) (p place, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	key, name, found := strings.Cut(string(raw), " ")
	if err == nil {
		p.key, err = strconv.ParseInt(key, 10, 64)
	}
	if err != nil || !found {
		return place{}, contract.Malformed("after and before are not valid cursors; take those of a page")
	}
	p.name = name
	return p, nil
}

// cut takes a page out of places that come in any order: at most limit places next to a cursor.
type cut struct {
	order  order
	limit  int
	from   *place // nil: the beginning
	before bool   // the places before from instead of those behind it

	page   []place // as near to from as possible, the nearest first, and one more than limit
	passed int     // places up to from; without from itself if the places before it are wanted
	all    int
}

// offer looks at a place.
func (c *cut) offer(p place) {
	c.all++
	if c.from != nil {
		side := c.order.compare(p, *c.from)
		if side < 0 || side == 0 && !c.before {
			c.passed++
		}
		if side == 0 || (side < 0) != c.before {
			return
		}
	}
	if len(c.page) > c.limit && c.nearer(c.page[c.limit], p) < 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(c.page, p, c.nearer)
	c.page = slices.Insert(c.page, at, p)
	c.page = c.page[:min(len(c.page), c.limit+1)]
}

func (c *cut) nearer(a, b place) int {
	if c.before {
		a, b = b, a
	}
	return c.order.compare(a, b)
}

// short reports whether fewer places are beside the cursor than a page has, while there are others: those before the
// first page, or those behind the last when its jobs are gone.
func (c *cut) short() bool {
	return c.all > 0 && (c.before && len(c.page) <= c.limit && len(c.page) < c.all || len(c.page) == 0)
}

// restart lets it take the first page.
func (c *cut) restart() { *c = cut{order: c.order, limit: c.limit} }

// result is the page in its order, how many places are before it, and whether there are more on both sides.
func (c *cut) result() (page []place, first int, next, previous bool) {
	more := len(c.page) > c.limit
	page = c.page[:min(len(c.page), c.limit)]
	if !c.before {
		return page, c.passed, more, c.passed > 0
	}
	slices.Reverse(page)
	first = c.passed - len(page)
	return page, first, first+len(page) < c.all, first > 0
}
