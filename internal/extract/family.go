package extract

// family gives the cue that says that a relative has c, or -1.
func (r *reading) family(c *candidate) int {
	at := -1
	for i, q := range r.cues {
		switch q.kind {
		case cueFamily:
			if q.last < c.first && c.first-q.last <= farFamily && r.tokens[q.last].sentence == r.tokens[c.first].sentence {
				at = i
			}
		case cueFamilyBack:
			if r.backward(q, c, farBack) {
				return i
			}
		case cueFamilyHead:
			if q.last < c.first && c.first-q.last <= farHeading && r.below(q, c) {
				at = i
			}
		case cuePatient, cuePatientHead:
			if q.first < c.first && at >= 0 && q.first > r.cues[at].last {
				at = -1
			}
		}
	}
	return at
}

// below says whether c stands under the heading q: on its line, or in its
// paragraph when nothing else stands on its line.
func (r *reading) below(q cue, c *candidate) bool {
	if i := q.last + 1; r.tokens[i].before&(sepColon|sepLine|sepPara) == 0 {
		return r.tokens[q.last].sentence == r.tokens[c.first].sentence
	}
	own := r.tokens[q.last+1].before&(sepLine|sepPara) == 0
	for i := q.last + 2; i <= c.first; i++ {
		if s := r.tokens[i].before; s&sepPara != 0 || s&sepLine != 0 && (own || r.heading(i)) {
			return false
		}
	}
	return true
}

// heading says whether a heading with a colon begins at token i.
func (r *reading) heading(i int) bool {
	for j := i + 1; j < min(i+6, len(r.tokens)); j++ {
		if s := r.tokens[j].before; s&sepColon != 0 {
			return true
		} else if s&(sepEnds|sepLine|sepComma) != 0 {
			return false
		}
	}
	return false
}

// patientKin finds the relative whom the whole message is about ("ma mère a 70
// ans et elle…") and takes the cues that name this person back.
func (r *reading) patientKin() {
	for _, c := range r.cues {
		if c.kind != cueFamily && c.kind != cuePatient {
			continue
		}
		if c.first > 12 {
			return
		}
		switch r.tokens[c.first].fold {
		case "mon", "ma", "my", "notre", "our":
		default:
			return
		}
		who := r.tokens[c.last].stem
		r.writer()
		for i := range r.cues {
			if d := &r.cues[i]; d.kind == cueFamily && r.tokens[d.last].stem == who {
				d.kind = cuePatient
			}
		}
		return
	}
}

// writer makes a relative of the one who writes about another: "moi je suis
// diabétique".
func (r *reading) writer() {
	for i := range r.cues {
		if f := r.tokens[r.cues[i].first].fold; r.cues[i].kind == cuePatient && (f == "moi" || f == "myself") {
			r.cues[i].kind = cueFamily
		}
	}
}
