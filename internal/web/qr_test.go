package web

import (
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"
)

// A drawing of modules, with the corner mark that every QR code has, comes out
// as the same modules, whatever its scale and margin.
func TestTrace(t *testing.T) {
	const n = 21
	var want [n][n]bool
	for y := range n {
		for x := range n {
			inMark := x < 7 && y < 7
			want[y][x] = inMark && (x == 0 || x == 6 || y == 0 || y == 6 || x > 1 && x < 5 && y > 1 && y < 5) || !inMark && x != 7 && y != 7 && (x*y+x)%3 == 1
		}
	}
	want[n-1][n-1] = true // the last corner is part of the code
	for _, scale := range []int{9, 15, 19} {
		left := (qrSide - n*scale) / 2
		img := image.NewGray(image.Rect(0, 0, qrSide, qrSide))
		for y := range qrSide {
			for x := range qrSide {
				mx, my := (x-left)/scale, (y-left)/scale
				img.SetGray(x, y, color.Gray{255})
				if x >= left && y >= left && mx < n && my < n && want[my][mx] {
					img.SetGray(x, y, color.Gray{0})
				}
			}
		}
		p := trace(img)
		if p.Size != n || p.Side() != n+8 {
			t.Fatalf("at scale %d: %d modules", scale, p.Size)
		}
		var got [n][n]bool
		for part := range strings.SplitSeq(strings.TrimSuffix(p.Path, "z"), "z") {
			var x, y, wide, back int
			if _, err := fmt.Sscanf(part, "M%d %dh%dv1h-%d", &x, &y, &wide, &back); err != nil || back != wide {
				t.Fatalf("part %q: %v", part, err)
			}
			for i := range wide {
				got[y][x+i] = true
			}
		}
		if got != want {
			t.Errorf("at scale %d the modules differ", scale)
		}
	}
}
