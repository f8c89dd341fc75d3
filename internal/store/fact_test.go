package store

import "testing"

// "Copied outside the server" is said only of a standby that streams, that has
// all on its disk, and that is another machine.
func TestJudgeStandbys(t *testing.T) {
	away := standby{state: "streaming", address: "10.0.0.7", own: "10.0.0.5", flushed: true}
	with := func(f func(*standby)) []standby { s := away; f(&s); return []standby{s} }
	for name, tt := range map[string]struct {
		all           []standby
		commit, names string
		want          Copying
	}{
		"none":                   {nil, "on", "", Copying{}},
		"another machine":        {[]standby{away}, "on", "a", Copying{Standbys: 1, Away: true, Waited: true}},
		"asynchronous, has all":  {[]standby{away}, "on", "", Copying{Standbys: 1, Away: true}},
		"synchronous in name":    {[]standby{away}, "local", "a", Copying{Standbys: 1, Away: true}},
		"behind":                 {with(func(s *standby) { s.flushed = false }), "on", "a", Copying{Standbys: 1, Waited: true}},
		"catching up":            {with(func(s *standby) { s.state = "catchup" }), "on", "", Copying{Standbys: 1}},
		"the same machine":       {with(func(s *standby) { s.address = "127.0.0.1" }), "on", "", Copying{Standbys: 1}},
		"the same machine, IPv6": {with(func(s *standby) { s.address = "::1" }), "on", "", Copying{Standbys: 1}},
		"by its own address":     {with(func(s *standby) { s.address = s.own }), "on", "", Copying{Standbys: 1}},
		"by a socket":            {with(func(s *standby) { s.address = "" }), "on", "", Copying{Standbys: 1}},
		"hidden from this role":  {with(func(s *standby) { *s = standby{} }), "on", "", Copying{Standbys: 1, Hidden: true}},
	} {
		if got := judge(tt.all, tt.commit, tt.names); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}
