package instrument

import "slices"

// Named are the networks of an outcome with their names, in its order.
func (o Outcome) Named() []Network { return named(o.Networks) }

// Named are the networks of a walk's outcome with their names.
func (w Walk) Named() []Network { return named(w.Networks) }

// named leaves out what is no network any more.
func named(slugs []string) (all []Network) {
	for _, slug := range slugs {
		if i := slices.IndexFunc(Networks(), func(n Network) bool { return n.Slug == slug }); i >= 0 {
			all = append(all, Networks()[i])
		}
	}
	return all
}
