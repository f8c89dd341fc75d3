package flags

import "slices"

// Answer is what someone said of one line. Anything else, and nothing, counts
// as Unknown.
type Answer string

// The answers.
const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unknown Answer = "unknown"
)

// Answers are what someone said, by the id of the line.
type Answers map[string]Answer

// Action is what to do now.
type Action string

// The actions, the most pressing first.
const (
	Call  Action = "call"  // 15, 112 or the team on call
	Phone Action = "phone" // a specialist within days: telephone the platform
	Ask   Action = "ask"   // ask the platform
	Again Action = "again" // too little is known: find out, and think again
	None  Action = "none"  // no flag today
)

// Actions are all of them, the most pressing first.
func Actions() []Action { return []Action{Call, Phone, Ask, Again, None} }

// rule leads from one answer to lines of some kinds to an action.
type rule struct {
	kinds  []Kind
	answer Answer
	do     Action
}

// rules are tried in order; the first that one line meets decides. Whatever
// meets none of them is None.
func rules() []rule {
	return []rule{
		{[]Kind{Urgent}, Yes, Call},
		{[]Kind{Soon}, Yes, Phone},
		{[]Kind{Picture, Situation}, Yes, Ask},
		{[]Kind{Urgent, Soon, Picture, Situation}, Unknown, Again},
	}
}

// Outcome is what to do now, and why.
type Outcome struct {
	Do      Action
	Because []Item // the lines that decided
	Also    []Item // lines of other kinds that were answered yes
	Doubt   bool   // an alarm could not be ruled out, and none is sure
	Open    []Item // pictures and situations of which nothing is known
}

// Assess applies the rules. It is the same for the same answers, always.
func Assess(t Table, a Answers) Outcome {
	o := Outcome{Do: None}
	for _, r := range rules() {
		if found := t.met(a, r); len(found) > 0 {
			o.Do, o.Because = r.do, found
			break
		}
	}
	for _, i := range t.Items {
		switch a.of(i) {
		case Yes:
			if !slices.Contains(o.Because, i) {
				o.Also = append(o.Also, i)
			}
		case Unknown:
			if i.Kind == Picture || i.Kind == Situation {
				o.Open = append(o.Open, i)
			} else if o.Do != Call {
				o.Doubt = true
			}
		}
	}
	return o
}

func (t Table) met(a Answers, r rule) (found []Item) {
	for _, i := range t.Of(r.kinds...) {
		if a.of(i) == r.answer {
			found = append(found, i)
		}
	}
	return found
}

func (a Answers) of(i Item) Answer {
	if x := a[i.ID]; x == Yes || x == No {
		return x
	}
	return Unknown
}
