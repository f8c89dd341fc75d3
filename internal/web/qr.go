package web

import (
	"fmt"
	"html/template"
	"image"
	"strings"

	"github.com/pquerna/otp"

	"phare/internal/access"
)

// picture is a QR code as the path of an SVG drawing of Size units, so that no
// secret travels through an address of its own.
type picture struct {
	Size int
	Path string
}

// Side is Size with the blank that readers want around it.
func (p picture) Side() int { return p.Size + 8 }

// qrSide is the side of the image that the library draws, in pixels.
const qrSide = 400

// offer shows a secret with its picture; without one it can still be typed.
func offer(secret, link string) Offer {
	o := Offer{Secret: grouped(secret), Link: template.URL(link)}
	key, err := otp.NewKeyFromURL(link)
	if err != nil {
		return o
	}
	if img, err := key.Image(qrSide, qrSide); err == nil {
		o.Picture = trace(img)
	}
	return o
}

// grouped parts a secret into fours, as people read it out.
func grouped(secret string) string {
	var b strings.Builder
	for i, c := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// trace finds the modules of a drawn QR code: its upper left mark is seven wide.
func trace(img image.Image) picture {
	dark := func(x, y int) bool { r, _, _, _ := img.At(x, y).RGBA(); return r < 0x8000 }
	left := 0
	for left < qrSide && !dark(left, left) {
		left++
	}
	mark := 0
	for left+mark < qrSide && dark(left+mark, left) {
		mark++
	}
	step := mark / 7
	if step == 0 {
		return picture{}
	}
	n := (qrSide - 2*left) / step
	var b strings.Builder
	for y := range n {
		for x := 0; x < n; x++ {
			wide := 0
			for x+wide < n && dark(left+(x+wide)*step+step/2, left+y*step+step/2) {
				wide++
			}
			if wide > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x, y, wide, wide)
				x += wide
			}
		}
	}
	return picture{n, b.String()}
}

// offerFor is the offer of a secret to someone who has no session.
func offerFor(login, secret string) Offer { return offer(secret, access.CodeLink(login, secret)) }
