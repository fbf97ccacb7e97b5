package plot

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
)

// parse returns the texts of a picture, and the points of its lines.
func parse(t *testing.T, svg string) (texts []string, lines [][]Point) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts, lines
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		switch token := token.(type) {
		case xml.CharData:
			if s := strings.TrimSpace(string(token)); s != "" {
				texts = append(texts, s)
			}
		case xml.StartElement:
			for _, a := range token.Attr {
				if token.Name.Local != "polyline" || a.Name.Local != "points" {
					continue
				}
				var line []Point
				for pair := range strings.FieldsSeq(a.Value) {
					x, y, _ := strings.Cut(pair, ",")
					fx, _ := strconv.ParseFloat(x, 64)
					fy, _ := strconv.ParseFloat(y, 64)
					line = append(line, Point{fx, fy})
				}
				lines = append(lines, line)
			}
		}
	}
}

func TestLinesLieInThePlot(t *testing.T) {
	for _, logY := range []bool{false, true} {
		c := &Chart{Title: "a < b", X: "clients", Y: "texts/s", LogY: logY, Series: []Series{
			{"first", []Point{{1, 10}, {8, 100}, {32, 1000}}}, {"second & third", []Point{{1, 20}, {32, 20}}}, {"none", nil},
		}}
		texts, lines := parse(t, c.SVG())
		for _, want := range []string{"a < b", "clients", "texts/s", "first", "second & third", "none", "1", "8", "32", "1000"} {
			if !strings.Contains("\n"+strings.Join(texts, "\n")+"\n", "\n"+want+"\n") {
				t.Errorf("log %v: %q isn't among %q", logY, want, texts)
			}
		}
		if len(lines) != 3 || len(lines[0]) != 3 || len(lines[2]) != 0 {
			t.Fatalf("lines %v", lines)
		}
		for _, p := range append(lines[0], lines[1]...) {
			if p.X < left || p.X > width-right || p.Y < top || p.Y > height-bottom {
				t.Errorf("log %v: %v lies outside", logY, p)
			}
		}
		if a := lines[0]; !(a[0].X < a[1].X && a[1].X < a[2].X && a[0].Y > a[1].Y && a[1].Y > a[2].Y) {
			t.Errorf("log %v: %v doesn't rise", logY, a)
		}
		if even := lines[0][0].Y - lines[0][1].Y - (lines[0][1].Y - lines[0][2].Y); logY && (even > .2 || even < -.2) {
			t.Errorf("tenfold twice isn't twice as high: %v", lines[0])
		}
		if lines[1][0].Y != lines[1][1].Y {
			t.Errorf("20 and 20 are at %v", lines[1])
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	if texts, _ := parse(t, (&Chart{Title: "empty"}).SVG()); len(texts) == 0 || texts[0] != "empty" {
		t.Errorf("%q", texts)
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct {
		v        float64
		down, up float64
	}{{1, 1, 1}, {1.5, 1, 2}, {3, 2, 5}, {7, 5, 10}, {20, 20, 20}, {437, 200, 500}, {0.3, .2, .5}, {999, 500, 1000}} {
		if down, up := round(c.v, false), round(c.v, true); math.Abs(down/c.down-1) > 1e-9 || math.Abs(up/c.up-1) > 1e-9 {
			t.Errorf("%v: %v and %v, want %v and %v", c.v, down, up, c.down, c.up)
		}
	}
}

func TestStep(t *testing.T) {
	for high, want := range map[float64]float64{5: 1, 7: 2, 40: 10, 187: 50, 0.9: 0.2} {
		if got := step(high); got < want*.999 || got > want*1.001 {
			t.Errorf("step(%v) is %v, want %v", high, got, want)
		}
	}
}
