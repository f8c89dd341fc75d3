package instrument

// Unfinished says whether a text has faults: it can be kept to go on later, but is
// neither walked, drawn, printed nor signed.
func Unfinished(ref Ref, x Version) bool {
	return !x.IsSigned() && !x.IsStarter() && len(Refusals(Check(ref, x.Text))) > 0
}

// IsUnfinished says whether the draft has faults.
func (i Instrument) IsUnfinished() bool { return i.HasDraft() && Unfinished(i.Ref, i.Latest) }
