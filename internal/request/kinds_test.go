package request_test

import (
	"slices"
	"strings"
	"testing"

	"phare/internal/request"
	"phare/internal/store/storetest"
)

// Ask 36, lesson 16: a case must not take long to enter. At most ten facts are compulsory, whoever asks,
// with or without a diagnosis. An empty form counts them: each fault is a fact.
func TestTenFacts(t *testing.T) {
	const most = 10
	if n := len(request.Kinds()); n != 9 {
		t.Errorf("%d kinds of requester", n)
	}
	for _, who := range request.Kinds() {
		for _, diagnosis := range []string{"", request.NoDiagnosis, request.Suspected, request.Confirmed, request.NotKnown} {
			got := strings.Fields(faulty(request.Fields{Who: who, Diagnosis: diagnosis}.Check(storetest.Noon)))
			if len(got) > most || len(got) < 8 || slices.Contains(got, "who") {
				t.Errorf("%s, %q: %d compulsory facts: %v", who, diagnosis, len(got), got)
			}
		}
	}
	if request.Form("nobody") != nil {
		t.Error("a kind that there is not has a form")
	}
}

// The diagnosis is asked first and decides what follows: who has none is asked
// since when it is looked for, who has one which it is and who follows it.
// Lesson 15, ask 35: without a diagnosis is an answer like another.
func TestDiagnosisChangesThePath(t *testing.T) {
	for _, who := range request.Kinds() {
		facts := request.Form(who)
		if facts[0].Name != "diagnosis" {
			t.Errorf("%s is first asked %s", who, facts[0].Name)
		}
		for diagnosis, want := range map[string]string{request.NoDiagnosis: "since", request.NotKnown: "since", "": "since",
			request.Suspected: "disease followed", request.Confirmed: "disease followed"} {
			var got []string
			for _, x := range facts {
				if x.When != request.Always && (request.Fields{Diagnosis: diagnosis}).Asks(x) {
					got = append(got, x.Name)
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s, %q: then asked %v, want %s", who, diagnosis, got, want)
			}
		}
	}
	for _, f := range []request.Fields{gp(), family(), social()} {
		for _, diagnosis := range request.Answers("diagnosis") {
			f.Diagnosis = diagnosis
			if got := faulty(f.Check(storetest.Noon)); got != "" {
				t.Errorf("%s with diagnosis %s: faults on %s", f.Who, diagnosis, got)
			}
		}
	}
}

// Each fact of the table is a field that pages can set, and each choice of a
// field is one that Check takes.
func TestFormIsWhole(t *testing.T) {
	for _, who := range request.Kinds() {
		for _, x := range request.Form(who) {
			var f request.Fields
			f.Set(x.Name, "x")
			if f.Get(x.Name) != "x" {
				t.Errorf("%s: nothing keeps %s", who, x.Name)
			}
			if !strings.Contains("roue", string(x.Need)) {
				t.Errorf("%s: %s is needed as %q", who, x.Name, x.Need)
			}
			for _, answer := range request.Answers(x.Name) {
				f := request.Fields{Who: who}
				f.Set(x.Name, answer)
				if got := faulty(f.Check(storetest.Noon, x.Name)); got != "" {
					t.Errorf("%s: %s=%s is refused", who, x.Name, answer)
				}
			}
		}
	}
}

// The initiative of a family is never held up by its doctor: no answer about the
// médecin traitant is compulsory, and each is taken.
func TestDoctorNeverBlocks(t *testing.T) {
	for _, aware := range append(request.Answers("aware"), "") {
		for _, doctor := range []string{"", "Dr Fictif, Cayenne"} {
			f := family()
			f.Aware, f.Doctor = aware, doctor
			if got := faulty(f.Check(storetest.Noon)); got != "" {
				t.Errorf("aware %q, doctor %q: faults on %s", aware, doctor, got)
			}
		}
	}
}
