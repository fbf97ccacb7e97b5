// Package plot draws line charts as SVG.
package plot

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// Point of a series.
type Point struct{ X, Y float64 }

// Series is one line, by ascending X.
type Series struct {
	Name   string
	Points []Point
}

// Chart has lines over a logarithmic X axis, which is marked where there are points.
type Chart struct {
	Title, X, Y string // Y's unit, and X's
	LogY        bool
	Series      []Series
}

// Sizes in pixels: of the picture, and of the margins around the plot.
const (
	width, height            = 760, 400
	left, right, top, bottom = 64, 210, 44, 52
)

// colours can be told apart by most of those who see few.
var colours = []string{"#0072b2", "#56b4e9", "#009e73", "#d55e00", "#e69f00", "#cc79a7", "#000000", "#7f7f7f"}

// SVG draws the chart. Series without points have no line but are named.
func (c *Chart) SVG() string {
	xs, low, high := c.extent()
	x := func(v float64) float64 {
		if len(xs) < 2 {
			return left
		}
		return left + (width-left-right)*math.Log(v/xs[0])/math.Log(xs[len(xs)-1]/xs[0])
	}
	y := func(v float64) float64 {
		part := (v - low) / (high - low)
		if c.LogY {
			part = math.Log(v/low) / math.Log(high/low)
		}
		return height - bottom - (height-top-bottom)*part
	}
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" fill="#222">`+"\n", width, height)
	fmt.Fprintf(&out, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", width, height)
	text := func(x, y float64, anchor, of string) {
		fmt.Fprintf(&out, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", x, y, anchor, html.EscapeString(of))
	}
	line := func(x1, y1, x2, y2 float64, colour string) {
		fmt.Fprintf(&out, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`+"\n", x1, y1, x2, y2, colour)
	}
	text(left, 20, "start", c.Title)
	text(left, 36, "start", c.Y)
	text((left+width-right)/2, height-12, "middle", c.X)
	for _, tick := range c.ticks(low, high) {
		line(left, y(tick), width-right, y(tick), "#ddd")
		text(left-6, y(tick)+4, "end", number(tick))
	}
	for _, tick := range xs {
		line(x(tick), height-bottom, x(tick), height-bottom+5, "#222")
		text(x(tick), height-bottom+20, "middle", number(tick))
	}
	line(left, height-bottom, width-right, height-bottom, "#222")
	for i, s := range c.Series {
		colour := colours[i%len(colours)]
		var points []string
		for _, p := range s.Points {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(p.X), y(p.Y)))
			fmt.Fprintf(&out, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", x(p.X), y(p.Y), colour)
		}
		fmt.Fprintf(&out, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), colour)
		at := float64(top + 10 + 20*i)
		fmt.Fprintf(&out, `<rect x="%d" y="%.1f" width="12" height="12" fill="%s"/>`+"\n", width-right+16, at-10, colour)
		text(width-right+34, at, "start", s.Name)
	}
	out.WriteString("</svg>\n")
	return out.String()
}

// extent is every X that has a point, ascending, and the ends of the Y axis.
func (c *Chart) extent() (xs []float64, low, high float64) {
	low, high = math.Inf(1), 0
	for _, s := range c.Series {
		for _, p := range s.Points {
			xs = append(xs, p.X)
			low, high = min(low, p.Y), max(high, p.Y)
		}
	}
	slices.Sort(xs)
	xs = slices.Compact(xs)
	switch {
	case high == 0:
		return xs, 1, 10
	case c.LogY:
		return xs, round(low, false), round(high*1.0001, true)
	}
	s := step(high)
	return xs, 0, s * math.Ceil(high/s)
}

// round is the next of …, 1, 2, 5, 10, 20, …, up or down.
func round(v float64, up bool) float64 {
	ten := math.Pow(10, math.Floor(math.Log10(v)))
	at := ten
	for _, m := range []float64{2, 5, 10} {
		if up && at >= v || !up && m*ten > v {
			break
		}
		at = m * ten
	}
	return at
}

// step is a round number of which about five fit.
func step(high float64) float64 {
	ten := math.Pow(10, math.Floor(math.Log10(high/5)))
	for _, m := range []float64{1, 2, 5} {
		if high/(m*ten) <= 6 {
			return m * ten
		}
	}
	return 10 * ten
}

func (c *Chart) ticks(low, high float64) (ticks []float64) {
	if c.LogY {
		for t := low; t <= high*1.0001; t = round(t*1.0001, true) {
			ticks = append(ticks, t)
		}
		return ticks
	}
	s := step(high)
	for i := 0; float64(i)*s <= high*1.0001; i++ {
		ticks = append(ticks, float64(i)*s)
	}
	return ticks
}

// number has no more digits than an axis needs.
func number(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
