// Package draw works out what is drawn as SVG: numbers and times become places in percent, so that a drawing fills its
// place at every width and its texts keep their size; what has a fixed size is in units. It knows no job and writes no HTML: templates range over what it
// returns.
package draw
