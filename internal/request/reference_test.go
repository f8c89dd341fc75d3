package request

import (
	"strings"
	"testing"
)

// Any one wrong character and any two that changed places must show.
func TestReferenceCheck(t *testing.T) {
	for range 40 {
		ref := newReference()
		if got, ok := ParseReference(ref); !ok || got != ref {
			t.Fatalf("%s reads as %q, %v", ref, got, ok)
		}
		b := strings.ReplaceAll(strings.TrimPrefix(ref, "MR-"), "-", "")
		for i := range b {
			for _, c := range crockford {
				if wrong := b[:i] + string(c) + b[i+1:]; wrong != b {
					if _, ok := ParseReference(wrong); ok {
						t.Errorf("%s passes for %s", wrong, b)
					}
				}
			}
			for j := i + 1; j < len(b); j++ {
				swapped := []byte(b)
				swapped[i], swapped[j] = b[j], b[i]
				if _, ok := ParseReference(string(swapped)); ok && b[i] != b[j] {
					t.Errorf("%s passes for %s", swapped, b)
				}
			}
		}
	}
}

func TestReferenceAsTyped(t *testing.T) {
	const ref = "MR-01AB-CDE"
	whole := ref + string(crockford[checkOf("01ABCDE")])
	last := strings.ToLower(whole[len(whole)-1:])
	for _, typed := range []string{
		whole, strings.ToLower(whole), "01abcde" + last, " mr 01ab cde" + last, "MROIABCDE" + last, "mr–0lab–cde" + last, "MR.01AB.CDE" + last,
	} {
		if got, ok := ParseReference(typed); !ok || got != whole {
			t.Errorf("%q reads as %q, %v; want %s", typed, got, ok, whole)
		}
	}
	for _, typed := range []string{"", "MR", "MR-01AB-CDE", whole + "0", "01ABCDU" + last, "é" + whole[1:]} {
		if got, ok := ParseReference(typed); ok {
			t.Errorf("%q passes as %q", typed, got)
		}
	}
}

// Written out by hand in the field of 32 elements: x⁵ = x² + 1.
func TestTimes(t *testing.T) {
	for _, tt := range []struct{ a, b, want byte }{{1, 31, 31}, {2, 16, 5}, {4, 16, 10}, {16, 16, 13}, {0, 7, 0}, {3, 3, 5}} {
		if got := times(tt.a, tt.b); got != tt.want {
			t.Errorf("%d × %d = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
