package knowledge

import "time"

// maxAhead is how much newer than the ontology the annotations may be: beyond
// it, too many of their terms would be unknown and too many diseases mutilated.
const maxAhead = 366 * 24 * time.Hour

// checkRelease compares the ontology's release with the one that the
// annotations were made with. Another release is a warning, because old ids are
// followed and unknown ones counted; annotations more than a year ahead of the
// ontology are refused.
func checkRelease(f *file, rep *Report, made, have string) error {
	if made == "" || have == "" {
		rep.note("%s: cannot compare its release with the ontology's: one of them does not say it", f.name)
		return nil
	}
	if made == have {
		return nil
	}
	a, err1 := time.Parse(time.DateOnly, made)
	h, err2 := time.Parse(time.DateOnly, have)
	if err1 != nil || err2 != nil {
		return bad(f, 0, fetchAgain, "release %q or %q is not a date", made, have)
	}
	if a.Sub(h) > maxAhead {
		return bad(f, 0, "get the ontology of the same release",
			"made with the HPO of %s, more than a year newer than the ontology here (%s)", made, have)
	}
	rep.note("%s was made with the HPO of %s, the ontology here is of %s: better take both from one release", f.name, made, have)
	return nil
}
