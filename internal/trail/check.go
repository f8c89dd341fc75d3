package trail

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// maxListed bounds how many faults of one kind are kept; all are counted.
const maxListed = 20

// clockSlack is how far a clock may go back without a word: servers are set
// right by small steps all the time.
const clockSlack = 2 * time.Second

// Line is one entry as it comes to be verified.
type Line struct {
	Seq  int64
	Leaf []byte      // nil: an entry of another desk, of which only the hash is told; not kept
	Text *Entry      // of which Leaf was just written, where that is so: it need not be read back
	Kept []tlog.Hash // as the log holds them: its own, then those of the subtrees it completes
	Full bool        // Kept should hold all of them, not only its own
}

// Mark is what someone says the tree was at a size: a signed checkpoint, one
// that a witness co-signed, a printed report.
type Mark struct {
	Size int64
	Root tlog.Hash
	At   time.Time // zero: not known
	Who  string    // "the checkpoint of 2 March", for messages

	Own     bool   // a checkpoint that the log's own key signed
	Witness string // the witness that signed it; empty: none
	Sure    bool   // that witness's signature was checked
}

// Fault is one thing that is wrong, in the operator's words.
type Fault struct {
	Entry int64 // the first entry that it concerns
	Words string
}

// Outcome is what verification found.
type Outcome struct {
	Tree     tlog.Tree // as recomputed
	Own      int64     // entries whose text was checked; the others are told by their hash only
	Faults   []Fault   // by entry; at most maxListed of each kind
	Count    int       // of all faults
	Flags    []string  // what a person should look at, though it breaks nothing
	Restores []Restored
	Marks    int   // how many marks hold
	Held     int64 // the largest size at which one does: what came after is signed by nobody yet
}

// Restored is an entry that says that the log goes on from a backup.
type Restored struct {
	Entry  int64
	At     time.Time
	Signed bool // a checkpoint of the log's own key ends with it: the restore was not only written into the table
}

// Fine says whether nothing is wrong.
func (o Outcome) Fine() bool { return o.Count == 0 }

// Checker recomputes a tree from its entries, in their order, and compares it
// with what others say of it. It holds some thirty hashes, however long the log.
type Checker struct {
	marks []Mark // by size
	n     int64  // entries seen
	right []tlog.Hash
	last  time.Time // latest time seen
	bad   int64     // first entry that is wrong in itself
	out   Outcome
	kinds map[string]int
	off   []Mark           // that did not hold
	again map[string]int64 // by witness: the largest size at which a mark of theirs holds
}

// NewChecker makes a checker for a log of which the marks are known.
func NewChecker(marks []Mark) *Checker {
	c := &Checker{marks: slices.Clone(marks), kinds: map[string]int{}, again: map[string]int64{}}
	slices.SortStableFunc(c.marks, func(a, b Mark) int { return cmp.Compare(a.Size, b.Size) })
	c.compare()
	return c
}

// fault writes one down.
func (c *Checker) fault(kind string, entry int64, words string) {
	c.out.Count++
	if entry > 0 && (c.bad == 0 || entry < c.bad) {
		c.bad = entry
	}
	if c.kinds[kind]++; c.kinds[kind] <= maxListed {
		c.out.Faults = append(c.out.Faults, Fault{entry, words})
	}
}

// Fault adds what the caller found wrong; entry 0: with none in particular.
func (c *Checker) Fault(entry int64, words string) { c.fault("other", entry, words) }

// Add takes the next entry.
func (c *Checker) Add(l Line) {
	seq := c.n + 1
	if l.Seq != seq {
		c.fault("order", min(seq, l.Seq), fmt.Sprintf("entry %d should come here, but number %d does: entries were taken out, put in or moved", seq, l.Seq))
	}
	var hash tlog.Hash
	switch {
	case l.Leaf != nil:
		hash = tlog.RecordHash(l.Leaf)
		c.text(seq, l)
		if len(l.Kept) > 0 && l.Kept[0] != hash {
			c.fault("leaf", seq, fmt.Sprintf("entry %d was changed: its text no longer gives the hash that was kept with it", seq))
		}
	case len(l.Kept) > 0:
		hash = l.Kept[0]
	default:
		c.fault("leaf", seq, fmt.Sprintf("entry %d has neither text nor hash", seq))
	}
	c.grow(seq, hash, l)
	c.compare()
}

// text checks an entry's text by itself.
func (c *Checker) text(seq int64, l Line) {
	c.out.Own++
	var e Entry
	var err error
	if l.Text != nil {
		e = *l.Text
	} else if e, err = ParseLeaf(l.Leaf); err != nil {
		c.fault("text", seq, fmt.Sprintf("entry %d cannot be read: %v", seq, err))
		return
	}
	at, err := time.Parse(TimeLayout, e.At)
	if err != nil {
		c.fault("text", seq, fmt.Sprintf("entry %d has no time: %q", seq, e.At))
		return
	}
	if e.Seq != seq {
		c.fault("order", seq, fmt.Sprintf("entry %d says that it is number %d: it was moved or copied", seq, e.Seq))
	}
	if c.last.Sub(at) > clockSlack {
		c.flag(fmt.Sprintf("the clock went back at entry %d, from %s to %s: the order of entries holds, their times do not", seq, c.last.Format(time.DateTime), at.Format(time.DateTime)))
	}
	c.last = at
	if e.Verb == RestoreVerb {
		c.out.Restores = append(c.out.Restores, Restored{Entry: seq, At: at})
	}
}

func (c *Checker) flag(words string) {
	if len(c.out.Flags) < maxListed {
		c.out.Flags = append(c.out.Flags, words)
	}
}

// grow adds a hash to the tree: right holds the roots of its complete subtrees,
// the largest first.
func (c *Checker) grow(seq int64, hash tlog.Hash, l Line) {
	level, wrong := 1, false
	for m := c.n; m&1 != 0; m >>= 1 {
		last := len(c.right) - 1
		hash = tlog.NodeHash(c.right[last], hash)
		c.right = c.right[:last]
		wrong = wrong || level >= len(l.Kept) || l.Kept[level] != hash
		level++
	}
	if l.Full && (wrong || level != len(l.Kept)) {
		c.fault("node", seq, fmt.Sprintf("the hashes kept with entry %d do not follow from the entries before it: one of them was changed, put in or taken out", seq))
	}
	c.right = append(c.right, hash)
	c.n = seq
}

// Root is the root of the entries so far.
func (c *Checker) Root() tlog.Hash {
	if len(c.right) == 0 {
		empty, _ := tlog.TreeHash(0, nil) // reads nothing
		return empty
	}
	h := c.right[len(c.right)-1]
	for i := len(c.right) - 2; i >= 0; i-- {
		h = tlog.NodeHash(c.right[i], h)
	}
	return h
}

// compare holds the tree against the marks of its present size.
func (c *Checker) compare() {
	for len(c.marks) > 0 && c.marks[0].Size <= c.n {
		m := c.marks[0]
		c.marks = c.marks[1:]
		if m.Size == c.n && m.Root == c.Root() {
			c.out.Held = m.Size
			c.out.Marks++
			c.vouch(m)
			continue
		}
		c.off = append(c.off, m)
	}
}

// vouch takes note of what a mark that holds says for a restore.
func (c *Checker) vouch(m Mark) {
	if last := len(c.out.Restores) - 1; m.Own && last >= 0 && c.out.Restores[last].Entry == m.Size {
		c.out.Restores[last].Signed = true
	}
	if m.Witness != "" && m.Sure {
		c.again[m.Witness] = m.Size
	}
}

// Done ends the log and tells what was found. Of the marks that do not hold for
// the same reason the first is named, of those beyond the end the largest.
func (c *Checker) Done() Outcome {
	if off := c.unexplained(c.off); len(off) > 0 {
		m := off[0]
		words := fmt.Sprintf("entries 1 to %d are not those of which %s was made", m.Size, m.Who)
		if c.bad == 0 || c.bad > m.Size {
			words += fmt.Sprintf("; the first that is not the same is between %d and %d", c.out.Held+1, m.Size)
		}
		if len(off) > 1 {
			words += fmt.Sprintf("; nor do %d other checkpoints hold", len(off)-1)
		}
		words += c.unvouched(m)
		c.fault("mark", min(c.out.Held+1, m.Size), words)
	}
	if cut := c.unexplained(c.marks); len(cut) > 0 {
		m := cut[len(cut)-1]
		c.fault("cut", c.out.Held+1, fmt.Sprintf("entries are missing, cut off the end or taken out after entry %d: %s was made of %d entries, and here are %d", c.out.Held, m.Who, m.Size, c.n)+c.unvouched(m))
	}
	c.out.Tree = tlog.Tree{N: c.n, Hash: c.Root()}
	slices.SortStableFunc(c.out.Faults, func(a, b Fault) int { return cmp.Compare(a.Entry, b.Entry) })
	return c.out
}

// unexplained are the marks that no restore explains; the others are flagged.
func (c *Checker) unexplained(marks []Mark) (left []Mark) {
	for _, m := range marks {
		r, ok := c.restoredBefore(m)
		if !ok {
			left = append(left, m)
			continue
		}
		c.flag(fmt.Sprintf("the restore from a backup that is entry %d took the place of entries %d to %d, of which %s was made: ask whether that restore was right", r.Entry, r.Entry, m.Size, m.Who))
	}
	return left
}

// restoredBefore finds the restore that explains why a mark made before it does
// not hold: it stands where the mark had other entries, and is signed for. Who
// can write to the database can write such an entry too; the log's key is
// elsewhere, and a witness signs anew only when its operator agreed.
func (c *Checker) restoredBefore(m Mark) (Restored, bool) {
	for _, r := range c.out.Restores {
		if r.replaced(m) && r.Signed && (m.Witness == "" || c.again[m.Witness] >= r.Entry) {
			return r, true
		}
	}
	return Restored{}, false
}

// replaced says whether the restore says that it took the place of what the
// mark was made of.
func (r Restored) replaced(m Mark) bool {
	return r.Entry <= m.Size && !m.At.IsZero() && !m.At.After(r.At)
}

// unvouched tells of a restore that would explain m if it were signed for.
func (c *Checker) unvouched(m Mark) string {
	for _, r := range c.out.Restores {
		switch {
		case !r.replaced(m):
		case !r.Signed:
			return fmt.Sprintf("; entry %d says that a backup was restored, but the site's key did not sign for that: it may be forged", r.Entry)
		default:
			return fmt.Sprintf("; entry %d says that a backup was restored, but the witness %s has not signed since, as far as it is known here and its key was given: its operator must agree (phare audit witness cosign --anew)", r.Entry, m.Witness)
		}
	}
	return ""
}

// String is the outcome for a terminal.
func (o Outcome) String() string {
	var b strings.Builder
	for _, f := range o.Faults {
		fmt.Fprintf(&b, "WRONG  %s\n", f.Words)
	}
	for _, f := range o.Flags {
		fmt.Fprintf(&b, "LOOK   %s\n", f)
	}
	if more := o.Count - len(o.Faults); more > 0 {
		fmt.Fprintf(&b, "… and %d more of these kinds\n", more)
	}
	fmt.Fprintf(&b, "%d entries, of which %d were read, with the root %s; %d checkpoints hold, the last at entry %d.\n", o.Tree.N, o.Own, o.Tree.Hash, o.Marks, o.Held)
	return b.String()
}
