package circle

import (
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// A file whose use is limited (GDPR 18) is kept and not worked in: of its circle
// only physicians read it, everyone else stands before the wall, and nothing of it
// leaves until someone decides that the limitation ends.

// IsLimited says whether a guard limits the use of a file.
func IsLimited(guard string) bool { return strings.HasPrefix(guard, Limited) }

// IsConfidential says whether only its circle opens a file with this guard.
func IsConfidential(guard string) bool { return guard == Confidential || guard == LimitedConfidential }

func (f File) confidential() bool { return IsConfidential(f.Guard) }

// lifted is the file as it would be without a limitation.
func (f File) lifted() File {
	if IsLimited(f.Guard) {
		f.Guard = Open + strings.TrimPrefix(strings.TrimPrefix(f.Guard, Limited), "-")
	}
	return f
}

// sealed is a guard once the file is confidential, too.
func sealed(guard string) string {
	if IsLimited(guard) {
		return LimitedConfidential
	}
	return Confidential
}

// frozen is how an account stands to a limited file that it stands to so without
// the limitation.
func frozen(s Standing, c crew) Standing {
	switch {
	case s.Verdict == Barred:
		return s
	case s.Verdict == Glass && c.frozen:
		s.Limited = true
		return s
	case s.Verdict == In && c.frozen:
		return Standing{Verdict: Glass, Until: s.Until, Limited: true, Frozen: !s.Taking}
	}
	return Standing{Verdict: Walled, Limited: true}
}

// CheckDeciding is Check for what is decided about the rights of the person: who
// would be in the circle of a limited file, and reads it, decides about it.
func CheckDeciding(v *store.View, by access.Actor, id phare.ID) error {
	s, err := Stand(v, by, id)
	if err == nil && s.Frozen {
		return nil
	}
	if err != nil {
		return err
	}
	return Check(v, by, id)
}

// Limit limits the use of a file, or gives it back, inside the write of the
// decision. It says whether anything changed.
func Limit(tx *store.Tx, by access.Actor, id phare.ID, limited bool) (bool, error) {
	f, err := file(&tx.View, by.Platform, id)
	if err != nil || IsLimited(f.Guard) == limited {
		return false, err
	}
	to := f.lifted().Guard
	if limited {
		to = Limited
		if f.confidential() {
			to = LimitedConfidential
		}
	}
	return true, tx.Update(`UPDATE request SET guard = $1, version = version + 1 WHERE id = $2 AND platform = $3`, to, id, by.Platform)
}
