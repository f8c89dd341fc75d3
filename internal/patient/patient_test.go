package patient

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func TestSounds(t *testing.T) {
	same := [][2]string{
		{"Hoarau", "HOAREAU"}, {"Hoarau", "Hoaro"}, {"Boyer", "Boyé"}, {"Dijoux", "Dijou"}, {"Maillot", "Mayot"},
		{"Rivière", "riviere"}, {"Philippe", "Filip"}, {"Payet", "Payé"}, {"Grondin", "GRONDIN"}, {"Fontaine", "Fontène"},
		{"Lebreton", "Le Breton"}, {"Jean-Baptiste", "Jean Baptiste"}, {"St-Ange", "Saint Ange"}, {"de la Tour", "Tour"},
		{"Soudjay", "Sudjaï"}, {"Abdou", "Abdu"}, {"Houmadi", "Humadi"}, {"M'Madi", "Mmadi"}, {"Mmadi", "Madi"},
		{"Djamila", "Jamila"}, {"Binti Attoumani", "Attoumani"}, {"Bacar", "Bakar"}, {"Youssouf", "Yousouf"},
		{"Joséphine", "Josefine"}, {"Catherine", "Katerine"}, {"Thérèse", "Terez"}, {"Joël", "Joel"}, {"Quentin", "Kentin"},
		{"Célestine", "Selestine"}, {"Chantal", "Shantal"}, {"Chelcher", "Schelcher"}, {"Lucien", "Lusien"},
		{"Marie-Thérèse", "marie therese"}, {"N'Guyen", "Nguyen"}, {"d’Abbadie", "Abbadie"},
	}
	for _, tt := range same {
		if n := hearName(tt[0]).like(hearName(tt[1])); n < part {
			t.Errorf("%q sounds %q, %q sounds %q: want the same", tt[0], hearName(tt[0]), tt[1], hearName(tt[1]))
		}
	}
	differ := [][2]string{{"Hoarau", "Payet"}, {"Saïd", "Saindou"}, {"Marie", "Marc"}, {"Robert", "Roger"}, {"Rose", "Ruse"}}
	for _, tt := range differ {
		if hearName(tt[0]).like(hearName(tt[1])) == full {
			t.Errorf("%q and %q both sound %q", tt[0], tt[1], hearName(tt[0]))
		}
	}
}

func TestValidNIR(t *testing.T) {
	for s, want := range map[string]bool{
		"277076322082910": true, // the national test identity
		"185052A00400181": true, "185052B00400111": true, "190019720100297": true,
		"277076322082911": false, "185052A00400111": false, "27707632208291": false, "": false,
		"2770763220829XX": false, "185052C00400181": false, "000000000000097": false, "27707632208291٣": false,
	} {
		if got := ValidNIR(s); got != want {
			t.Errorf("ValidNIR(%q) = %t", s, got)
		}
	}
}

// madame is a qualified identity with nothing wrong; her NIR is the national
// test number.
func madame() Patient {
	return Patient{Identity: Qualified, BirthName: "Essai", FirstNames: "Ruth", BirthDate: "1977-07-14", Sex: Female,
		BirthPlace: "63220", INS: "2 77 07 63 220 829 10", Document: "CN", AskedOn: "2026-01-05"}
}

func TestAccept(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*Patient)
		want  string // fields at fault, in order
	}{
		{"qualified", func(p *Patient) {}, ""},
		{"provisional with a year only", func(p *Patient) {
			*p = Patient{Identity: Provisional, BirthName: "a", FirstNames: "b", BirthDate: "2019", Sex: UnknownSex}
		}, ""},
		{"provisional without date", func(p *Patient) {
			*p = Patient{Identity: Provisional, BirthName: "a", FirstNames: "b", Sex: UnknownSex}
		}, ""},
		{"INS of a validated identity", func(p *Patient) { p.Identity, p.AskedOn = Validated, "" }, "ins"},
		{"INS of a provisional identity", func(p *Patient) { p.Identity, p.Document, p.AskedOn = Provisional, "", "" }, "ins"},
		{"qualified without INS", func(p *Patient) { p.INS = "" }, "ins"},
		{"wrong key", func(p *Patient) { p.INS = "277076322082911" }, "ins"},
		{"qualified without place", func(p *Patient) { p.BirthPlace = "" }, "birth_place"},
		{"place that is no code", func(p *Patient) { p.BirthPlace = "Cilaos" }, "birth_place"},
		{"Corsica", func(p *Patient) { p.BirthPlace = "2a004" }, ""},
		{"qualified, sex unknown", func(p *Patient) { p.Sex = UnknownSex }, "sex"},
		{"sex of no list", func(p *Patient) { p.Sex, p.Identity, p.INS, p.Document, p.AskedOn = "x", Provisional, "", "", "" }, "sex"},
		{"status of no list", func(p *Patient) { p.Identity, p.INS, p.Document, p.AskedOn = "SURE", "", "", "" }, "identity"},
		{"no names", func(p *Patient) { p.BirthName, p.FirstNames = " ", "" }, "birth_name first_names"},
		{"validated, year only", func(p *Patient) { p.Identity, p.INS, p.BirthDate, p.AskedOn = Validated, "", "1977", "" }, "birth_date"},
		{"validated, no date", func(p *Patient) { p.Identity, p.INS, p.BirthDate, p.AskedOn = Validated, "", "", "" }, "birth_date"},
		{"born tomorrow week", func(p *Patient) { p.BirthDate = "2026-03-09" }, "birth_date"},
		{"born in the other era", func(p *Patient) { p.BirthDate = "1877-07-14" }, "birth_date"},
		{"30 February", func(p *Patient) { p.BirthDate = "1977-02-30" }, "birth_date"},
		{"validated without a document", func(p *Patient) { p.Identity, p.INS, p.AskedOn, p.Document = Validated, "", "", "" }, "document"},
		{"a document of no list", func(p *Patient) { p.Document = "PERMIS" }, "document"},
		{"provisional with a document", func(p *Patient) { p.Identity, p.INS, p.AskedOn = Provisional, "", "" }, "document"},
		{"recovered without the day of the answer", func(p *Patient) { p.Identity, p.INS, p.Document, p.AskedOn = Recovered, "", "", "" }, "asked_on"},
		{"recovered", func(p *Patient) { p.Identity, p.INS, p.Document = Recovered, "", "" }, ""},
		{"an answer in the future", func(p *Patient) { p.AskedOn = "2026-03-09" }, "asked_on"},
		{"validated with a day of an answer", func(p *Patient) { p.Identity, p.INS = Validated, "" }, "asked_on"},
		{"doubtful and qualified", func(p *Patient) { p.Doubt = Doubtful }, "doubt"},
		{"doubtful and provisional", func(p *Patient) {
			p.Identity, p.INS, p.Document, p.AskedOn, p.Doubt = Provisional, "", "", "", Doubtful
		}, ""},
		{"made up and recovered", func(p *Patient) { p.Identity, p.INS, p.Document, p.Doubt = Recovered, "", "", Fictional }, "doubt"},
		{"too long", func(p *Patient) { p.Commune = strings.Repeat("é", 101) }, "commune"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := madame()
			tt.spoil(&p)
			_, err := p.accept(Patient{}, storetest.Noon)
			var got []string
			if e, ok := errors.AsType[*phare.Error](err); ok {
				for _, one := range e.All() {
					got = append(got, one.Field)
				}
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("faults at %q, want %q", s, tt.want)
			}
		})
	}
}

func TestDoubtsWarnOnly(t *testing.T) {
	p, err := madame().accept(Patient{}, storetest.Noon)
	if err != nil || p.Doubts() != nil {
		t.Fatalf("accept = %v, doubts %v", err, p.Doubts())
	}
	p.Sex, p.BirthDate, p.BirthPlace = Male, "1978-08-14", "63221"
	want := []string{"patient.doubt.sex", "patient.doubt.year", "patient.doubt.month", "patient.doubt.place"}
	if got := p.Doubts(); !slices.Equal(got, want) {
		t.Errorf("doubts %v, want %v", got, want)
	}
	if _, err := p.accept(Patient{}, storetest.Noon); err != nil {
		t.Errorf("a doubt blocks: %v", err)
	}
}

func TestCompare(t *testing.T) {
	known := Patient{BirthName: "Hoarau-Payet", UsedName: "Grondin", FirstNames: "Marie Lourdes", BirthDate: "2019-03-12", Phone: "0692 12 34 56"}
	tests := []struct {
		name   string
		t      Traits
		same   bool
		reason string
	}{
		{"the same", Traits{Family: "Hoarau-Payet", First: "Marie", BirthDate: "2019-03-12", Phone: ""}, true, SameDate},
		{"spelt as heard", Traits{Family: "Hoareau", First: "Mari", BirthDate: "2019-03-12", Phone: ""}, true, LikeFamily},
		{"under the name used", Traits{Family: "Grondin", First: "Marie", BirthDate: "2019-03-12", Phone: ""}, true, SameDate},
		{"second half of the name, no date", Traits{Family: "Payet", First: "Marie-Lourdes", BirthDate: "", Phone: ""}, true, DateIsUnknown},
		{"names in the wrong boxes", Traits{Family: "Marie", First: "Hoarau", BirthDate: "2019-03-12", Phone: ""}, true, SwappedNames},
		{"day and month changed", Traits{Family: "Hoarau", First: "Marie", BirthDate: "2019-12-03", Phone: ""}, true, SwappedDate},
		{"another year", Traits{Family: "Hoarau", First: "Marie", BirthDate: "2018-03-12", Phone: ""}, true, NearDate},
		{"month only", Traits{Family: "Hoarau", First: "Marie", BirthDate: "2019-03", Phone: ""}, true, NearDate},
		{"a twin", Traits{Family: "Hoarau-Payet", First: "Joseph", BirthDate: "2019-03-12", Phone: ""}, true, PerhapsTwin},
		{"another child of the day", Traits{Family: "Fontaine", First: "Joseph", BirthDate: "2019-03-12", Phone: ""}, false, ""},
		{"a namesake born another day", Traits{Family: "Hoarau", First: "Marie", BirthDate: "1954-07-01", Phone: ""}, false, ""},
		{"a sister", Traits{Family: "Hoarau-Payet", First: "Joseph", BirthDate: "2016-11-02", Phone: ""}, false, ""},
		{"same phone, brother", Traits{Family: "Hoarau", First: "Joseph", BirthDate: "2016-11-02", Phone: "+262 692 12 34 56"}, false, ""},
		{"no name at all", Traits{Family: "", First: "", BirthDate: "2019-03-12", Phone: ""}, false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			score, why := Compare(tt.t, known)
			if (score >= Enough) != tt.same || tt.reason != "" && !slices.Contains(why, tt.reason) {
				t.Errorf("score %d because %v; want same %t with %q", score, why, tt.same, tt.reason)
			}
		})
	}
}

func TestCandidates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		here, there := desk(t, db, "ici"), desk(t, db, "ailleurs")
		known := Patient{Identity: Provisional, BirthName: "Attoumani", FirstNames: "Said", BirthDate: "2019-03-12", Sex: Male}
		for by, p := range map[access.Actor]Patient{here: known, there: known} {
			save(t, db, by, p)
		}
		other := known
		other.BirthName, other.BirthDate = "Hoarau", "1980-01-01"
		save(t, db, here, other)
		for _, tt := range []struct {
			t    Traits
			want int
		}{
			{Traits{Family: "Atoumani", First: "Saïd", BirthDate: "2019-03-12", Phone: ""}, 1},
			{Traits{Family: "Saïd", First: "Attoumani", BirthDate: "", Phone: ""}, 1}, // boxes changed places, date not known
			{Traits{Family: "Atumani", First: "Saïd", BirthDate: "", Phone: ""}, 1},
			{Traits{Family: "Attoumani", First: "Saïd", BirthDate: "2019-12-03", Phone: ""}, 1},
			{Traits{Family: "Fontaine", First: "Saïd", BirthDate: "2011-03-12", Phone: ""}, 0},
			{Traits{Family: "", First: "", BirthDate: "", Phone: ""}, 0},
		} {
			var got []Candidate
			err := db.Read(t.Context(), func(v *store.View) (err error) {
				got, err = Candidates(v, here, tt.t)
				return err
			})
			if err != nil || len(got) != tt.want {
				t.Errorf("Candidates(%v) = %v, %v; want %d", tt.t, got, err, tt.want)
			}
			for _, c := range got {
				if c.Patient.Platform != here.Platform || len(c.Why) == 0 {
					t.Errorf("candidate of %s because %v", c.Patient.Platform, c.Why)
				}
			}
		}
	})
}

func TestPatientPrintsAsID(t *testing.T) {
	p := madame()
	p.ID = "7k3f"
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("seen", "patient", p)
	for _, s := range []string{fmt.Sprint(p), fmt.Sprintf("%v", p), b.String()} {
		if strings.Contains(s, "Essai") || strings.Contains(s, "Ruth") || !strings.Contains(s, "7k3f") {
			t.Errorf("printed as %q", s)
		}
	}
}

func desk(t *testing.T, db *store.DB, platform string) access.Actor {
	t.Helper()
	err := access.AddPlatform(t.Context(), db, access.Platform{ID: platform, Name: "Plateforme " + platform, Zone: "Indian/Reunion"})
	if err != nil {
		t.Fatal(err)
	}
	return access.Actor{ID: "nurse-" + platform, Platform: platform, Role: access.Nurse, Name: "Infirmière"}
}

func save(t *testing.T, db *store.DB, by access.Actor, p Patient) Patient {
	t.Helper()
	act := store.Act{Platform: by.Platform, Actor: by.ID, Verb: "patient.identify", Subject: "test"}
	err := db.Write(t.Context(), act, func(tx *store.Tx) (err error) {
		p, err = Save(tx, by, p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDates(t *testing.T) {
	for typed, stored := range map[string]string{"12/03/2019": "2019-03-12", "1/2/2019": "2019-02-01", "12.3.2019": "2019-03-12",
		"03/2019": "2019-03", "2019": "2019", "2019-03-12": "2019-03-12", "31/02/2019": "31/02/2019", "hier": "hier", "": ""} {
		if got := ReadDate(typed); got != stored {
			t.Errorf("ReadDate(%q) = %q, want %q", typed, got, stored)
		}
		if got := ReadDate(WriteDate(stored)); got != stored {
			t.Errorf("%q written and read again is %q", stored, got)
		}
	}
}
