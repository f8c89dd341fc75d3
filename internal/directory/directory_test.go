package directory

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func nurse(platform string) access.Actor {
	return access.Actor{ID: "nurse-" + platform, Platform: platform, Role: access.Nurse, Name: "Infirmière inventée"}
}

func TestSeedTable(t *testing.T) {
	all, err := readSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	networks, ids := map[string]bool{}, map[phare.ID]bool{}
	for _, o := range all {
		if ids[o.ID] {
			t.Errorf("%s stands twice", o.ID)
		}
		ids[o.ID] = true
		if o.Kind == KindNetwork {
			networks[o.Network] = true
		}
		if o.Verified != (o.VerifiedOn != "") || o.Source == "" || o.Zone == "" {
			t.Errorf("%s: verified %t on %q, source %q, zone %q", o.ID, o.Verified, o.VerifiedOn, o.Source, o.Zone)
		}
		for _, title := range []string{"Dr ", "Pr ", "Mme ", "M. "} {
			if strings.Contains(o.Name+" "+o.Place+" "+o.Apply, title) {
				t.Errorf("%s names a person", o.ID)
			}
		}
	}
	if len(networks) != 23 {
		t.Errorf("%d networks, want 23", len(networks))
	}
	for _, o := range all {
		for _, n := range o.Networks() {
			if !networks[n] {
				t.Errorf("%s belongs to %q, which is no network", o.ID, n)
			}
		}
	}
}

func TestSeedFaultsNameTheLine(t *testing.T) {
	for table, want := range map[string]string{
		"# x\nid\tkind\n": "seed.tsv:2", strings.Replace(seed, "\tnetwork\tAnDDI", "\tAnDDI", 1): "seed.tsv:6",
		"a\tb\tc\td\te\tf\tg\th\ti\tj\tk\tl\tm\tn\n": "seed.tsv:1",
	} {
		if _, err := readSeed(table); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %s", table, err, want)
		}
	}
}

func TestSeedTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for range 2 {
			if err := Seed(t.Context(), db); err != nil {
				t.Fatal(err)
			}
		}
		all, err := readSeed(seed)
		if err != nil {
			t.Fatal(err)
		}
		got, err := List(t.Context(), db, nurse("ici"), "")
		if err != nil || len(got) != len(all) {
			t.Errorf("%d entries, %v; want %d", len(got), err, len(all))
		}
		err = db.Read(t.Context(), func(v *store.View) error {
			n, err := store.One(v, store.Value[int], `SELECT count(*) FROM audit`)
			if n != 1 {
				t.Errorf("%d audit entries, want 1: the second seeding changed nothing", n)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Ask 16: whom the desk itself noted stands before the national list.
func TestProposeNearestFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := Seed(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		here := nurse("ici")
		mine := add(t, db, here, Organisation{Kind: KindCentre, Name: "Consultation inventée", Network: "filnemus", Territory: "974", Source: "inventé"})
		add(t, db, nurse("ailleurs"), Organisation{Kind: KindCentre, Name: "Centre d’ailleurs", Network: "filnemus", Territory: "974", Source: "inventé"})
		if _, err := AddPerson(t.Context(), db, here, Person{Organisation: mine.ID, Name: "Dr Paule Inventée", Tele: true}); err != nil {
			t.Fatal(err)
		}
		var got []Proposal
		err := db.Read(t.Context(), func(v *store.View) (err error) {
			got, err = Propose(v, here, []string{"filnemus", "mhemo"}, "974 976")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var order []string
		for _, p := range got {
			order = append(order, p.Name+"/"+p.Near)
		}
		want := []string{
			"Consultation inventée/" + Local,
			"Centre des maladies neuromusculaires et neurologiques rares/" + Local,
			"CeRCa, maladies neuromusculaires et neurologiques rares Antilles-Guyane/" + Overseas,
			"FILNEMUS/" + Mainland,
			"Centre de ressources et de compétences des maladies hémorragiques/" + Local,
			"Centre de ressources et de compétences des maladies hémorragiques/" + Overseas,
			"MHEMO/" + Mainland,
		}
		if !slices.Equal(order, want) {
			t.Errorf("order\n%s\nwant\n%s", strings.Join(order, "\n"), strings.Join(want, "\n"))
		}
		if len(got[0].People) != 1 || got[0].People[0].Name != "Dr Paule Inventée" {
			t.Errorf("people of the first: %v", got[0].People)
		}
	})
}

func TestDirectoryRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		good := Organisation{Kind: KindCentre, Name: "Centre inventé", Source: "inventé"}
		o := add(t, db, nurse("ici"), good)
		if _, err := List(t.Context(), db, access.Anyone("ici"), ""); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("the public lists: %v", err)
		}
		if _, err := AllGone(t.Context(), db, access.Anyone("ici")); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("the public lists who is gone: %v", err)
		}
		if _, err := NameOf(t.Context(), db, access.Anyone("ici"), o.ID); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("the public reads a name: %v", err)
		}
		if _, err := Add(t.Context(), db, access.Actor{ID: "d", Platform: "ici", Role: access.Director}, good); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("a director adds: %v", err)
		}
		if _, err := Add(t.Context(), db, access.Machine("dela"), Organisation{Kind: KindCentre, Name: "Site lointain", Source: "inventé"}); err != nil {
			t.Errorf("the operator's commands: %v", err)
		}
		for field, spoil := range map[string]func(*Organisation){
			"name": func(o *Organisation) { o.Name = " " }, "kind": func(o *Organisation) { o.Kind = KindNetwork }, "source": func(o *Organisation) { o.Source = "" },
		} {
			bad := good
			spoil(&bad)
			_, err := Add(t.Context(), db, nurse("ici"), bad)
			if e, ok := errors.AsType[*phare.Error](err); !ok || e.Field != field {
				t.Errorf("spoilt %s: %v", field, err)
			}
		}
		if _, err := AddPerson(t.Context(), db, nurse("ailleurs"), Person{Organisation: o.ID, Name: "Dr X"}); phare.KindOf(err) != phare.NotFound {
			t.Errorf("a person into another platform's centre: %v", err)
		}
		for by, want := range map[access.Actor]int{nurse("ici"): 1, nurse("ailleurs"): 0} {
			got, err := List(t.Context(), db, by, "centre inv")
			if err != nil || len(got) != want {
				t.Errorf("%s sees %d entries, %v; want %d", by.Platform, len(got), err, want)
			}
		}
	})
}

func add(t *testing.T, db *store.DB, by access.Actor, o Organisation) Organisation {
	t.Helper()
	o, err := Add(t.Context(), db, by, o)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
