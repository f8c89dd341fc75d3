package diff

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Write prints the counts, and with details every change under its heading.
// Changes of sources are few and always printed.
func (f Facts) Write(w io.Writer, details bool) error {
	out := bufio.NewWriter(w)
	t := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "\tSIGNS\tDISEASES\tFAMILIES\tNETWORKS\tDIGEST")
	for _, s := range []struct {
		word string
		Side
	}{{"old", f.Old}, {"new", f.New}} {
		fmt.Fprintf(t, "%s: %s\t%d\t%d\t%d\t%d\t%.16s…\n", s.word, s.Name, s.Signs, s.Diseases, s.Families, s.Networks, s.Digest)
	}
	t.Flush()
	if f.Equal {
		fmt.Fprintln(out, "\nNo difference.")
		return out.Flush()
	}
	fmt.Fprintln(out)
	for _, k := range kinds {
		if n := f.Counts[k.name]; n > 0 {
			fmt.Fprintf(t, "%d\t%s\n", n, k.title)
		}
	}
	if f.Touched > 0 {
		fmt.Fprintf(t, "%d\tdiseases in all whose list of signs, frequencies or absent signs changed\n", f.Touched)
	}
	t.Flush()
	f.details(out, details)
	return out.Flush()
}

func (f Facts) details(out io.Writer, all bool) {
	last := Kind("")
	for _, x := range f.Changes {
		if !all && !strings.HasPrefix(string(x.Kind), "source.") && x.Kind != "file.name" {
			continue
		}
		if x.Kind != last {
			fmt.Fprintf(out, "\n%s\n", kinds[rankOf(x.Kind)].title)
			last = x.Kind
		}
		fmt.Fprintf(out, "  %s\n", x)
	}
}

// String is one line: a sign for added, removed or changed, then what and how.
func (x Change) String() string {
	mark := "~"
	switch {
	case strings.HasSuffix(string(x.Kind), ".added"):
		mark = "+"
	case strings.HasSuffix(string(x.Kind), ".removed"):
		mark = "-"
	}
	s := strings.TrimRight(mark+" "+x.ID+" "+x.Name, " ")
	if x.Other != "" {
		s += " · " + x.Other
	}
	colon := ":"
	if s == mark { // the file itself, or a list as a whole
		colon = ""
	}
	switch {
	case mark == "~" && x.Was != "":
		s += fmt.Sprintf("%s %s → %s", colon, x.Was, orNothing(x.Is))
	case mark == "~":
		s += " → " + orNothing(x.Is)
	case x.Was+x.Is != "":
		s += ": " + x.Was + x.Is
	}
	return strings.Join(strings.Fields(s), " ") // a definition can have line ends
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
