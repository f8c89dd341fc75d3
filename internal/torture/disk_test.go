package torture

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// lived is a disk after a trace, its folder being /d.
func lived(t *testing.T, trace string) *disk {
	t.Helper()
	ops, _, err := parse(strings.NewReader(trace), "/d", 0)
	if err != nil {
		t.Fatal(err)
	}
	d := newDisk()
	for _, m := range moments(ops) {
		if m.end {
			d.end(*m.op)
		} else {
			d.begin(*m.op)
		}
	}
	return d
}

const made = `7 openat(AT_FDCWD</>, "/d/a", O_RDWR|O_CREAT, 0600) = 3</d/a>
7 pwrite64(3</d/a>, "one\n\0\1774", 7, 0) = 7
`

// What is durable is what fsync returned for: content by the file's, names by
// the folder's.
func TestDurable(t *testing.T) {
	const file, dir = "7 fsync(3</d/a>) = 0\n", "7 fsync(4</d>) = 0\n"
	for _, tt := range []struct{ name, trace, drop, keep string }{
		{"nothing synchronised", made, "absent", "one\n\x00\x7f4"},
		{"only its name", made + dir, "", "one\n\x00\x7f4"},
		{"only its content", made + file, "absent", "one\n\x00\x7f4"},
		{"both", made + file + dir, "one\n\x00\x7f4", "one\n\x00\x7f4"},
		{"a failed fsync is none", made + dir + "7 fsync(3</d/a>) = -1 EIO (Input/output error)\n", "", "one\n\x00\x7f4"},
		{"a killed fsync is none", made + dir + "7 fsync(3</d/a>) = ? <unavailable>\n", "", "one\n\x00\x7f4"},
		{"written during the fsync", made + dir + "8 fsync(3</d/a> <unfinished ...>\n7 pwrite64(3</d/a>, \"two\", 3, 0) = 3\n8 <... fsync resumed>) = 0\n", "one\n\x00\x7f4", "two\n\x00\x7f4"},
		{"removed, not for good", made + file + dir + "7 unlink(\"/d/a\") = 0\n", "one\n\x00\x7f4", "absent"},
		{"removed", made + file + dir + "7 unlink(\"/d/a\") = 0\n" + dir, "absent", "absent"},
		{"cut short", made + file + dir + "7 ftruncate(3</d/a>, 2) = 0\n", "one\n\x00\x7f4", "on"},
	} {
		d := lived(t, tt.trace)
		for loss, want := range map[Loss]string{DropAll: tt.drop, KeepAll: tt.keep} {
			b, ok := d.after(loss, rand.New(rand.NewPCG(1, 1)))["a"]
			got := string(b)
			if !ok {
				got = "absent"
			}
			if got != want {
				t.Errorf("%s, loss %d: %q, want %q", tt.name, loss, got, want)
			}
		}
	}
}

// A torn write leaves some sectors and not others, whole ones, and by the seed.
func TestTorn(t *testing.T) {
	trace := `7 openat(AT_FDCWD</>, "/d/a", O_RDWR|O_CREAT, 0600) = 3</d/a>
7 pwrite64(3</d/a>, "` + strings.Repeat("a", 2048) + `", 2048, 0) = 2048
7 fsync(3</d/a>) = 0
7 fsync(4</d>) = 0
7 pwrite64(3</d/a>, "` + strings.Repeat("b", 1000) + `", 1000, 300) = 1000
`
	d := lived(t, trace)
	seen := map[string]bool{}
	for seed := range uint64(200) {
		b := d.after(Torn, rand.New(rand.NewPCG(seed, 1)))["a"]
		seen[string(slices.Compact(slices.Clone(b)))] = true
		// The write covers three sectors, 300 to 512, 512 to 1024, 1024 to 1300.
		for _, part := range [][2]int{{300, 512}, {512, 1024}, {1024, 1300}} {
			if n := strings.Count(string(b[part[0]:part[1]]), "b"); n != 0 && n != part[1]-part[0] {
				t.Fatalf("seed %d: a sector is torn: %d of %d", seed, n, part[1]-part[0])
			}
		}
	}
	// Kept sectors give runs of b among a: none, one run, or two with a gap.
	want := []string{"a", "aba", "ababa"}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, want) {
		t.Errorf("seen %q, want %q", got, want)
	}
}

// A letter takes its name only once it is whole, as the program writes it.
func TestRename(t *testing.T) {
	d := lived(t, `7 mkdirat(AT_FDCWD</>, "/d/mail", 0700) = 0
7 fsync(4</d>) = 0
7 openat(AT_FDCWD</>, "/d/mail/x.part", O_RDWR|O_CREAT|O_TRUNC, 0600) = 3</d/mail/x.part>
7 write(3</d/mail/x.part>, "let", 3) = 3
7 write(3</d/mail/x.part>, "ter", 3) = 3
7 fsync(3</d/mail/x.part>) = 0
7 renameat(AT_FDCWD</>, "/d/mail/x.part", AT_FDCWD</>, "/d/mail/x") = 0
`)
	for seed := range uint64(50) {
		files := d.after(Torn, rand.New(rand.NewPCG(seed, 1)))
		for name, b := range files {
			if string(b) != "letter" {
				t.Errorf("seed %d: %s holds %q", seed, name, b)
			}
		}
		if len(files) > 1 {
			t.Errorf("seed %d: %d files", seed, len(files))
		}
	}
}

// What the model does not know, it must not pass over.
func TestUnknownCalls(t *testing.T) {
	for _, line := range []string{
		"7 fallocate(3</d/a>, 0, 0, 4096) = 0\n",
		"7 copy_file_range(3</d/a>, NULL, 4</d/b>, NULL, 9, 0) = 9\n",
		"7 linkat(AT_FDCWD</>, \"/d/a\", AT_FDCWD</>, \"/d/b\", 0) = 0\n",
		"7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 3</d/a>, 0) = 0x7f0000000000\n",
		"7 pwrite64(3</d/a>, \"cut\"..., 4096, 0) = 4096\n",
	} {
		if _, _, err := parse(strings.NewReader(made+line), "/d", 0); err == nil {
			t.Errorf("%s passed", line)
		}
	}
}
