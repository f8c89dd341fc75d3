package instrument

import (
	"slices"
	"strings"
)

// A picture is drawn in units of which 1100 are the width of an A4 sheet in
// landscape, less its margins: text of 13 units is printed at 9 points.
const (
	pictureWidth  = 1100
	pictureHeight = 752 // of A4 landscape; a page whose first step needs more is taller
	pictureFoot   = 30  // version and page, written by the template
	pictureRoom   = pictureHeight - pictureFoot
	columns       = 4
	columnGap     = 34
	boxWidth      = (pictureWidth - (columns-1)*columnGap) / columns
	boxPad        = 9
	rowGap        = 9
	frameGap      = 28 // between two frames on one page
	textSize      = 13
	labelSize     = 12
	textLead      = 16
	labelLead     = 15
)

// Picture is one page of the tree as drawn.
type Picture struct {
	Number, Of    int
	Width, Height int
	Boxes         []Box
	Links         []Link
}

// Foot is where the line at the foot of the page stands.
func (p Picture) Foot() int { return p.Height - 12 }

// Box is one node, or a place where the drawing goes on elsewhere.
type Box struct {
	Node       string
	Kind       string // "question", "outcome", "now", "soon", "further"
	X, Y, W, H int
	Lines      []Line
}

// Kinds of line in a box.
const (
	lineLabel = "label" // the answer that leads here, above the box
	lineText  = "text"
	lineNote  = "note" // the networks of an outcome
	lineWord  = "word" // a message, named by Key
)

// Line is one line of text, or a message of the catalogue when it has a Key.
type Line struct {
	X, Y  int
	Kind  string
	Text  string
	Key   string
	Frame int // for Key: which frame this is, or where the drawing goes on
	Page  int
}

// Link is one answer: a line that goes right, down or up, and right.
type Link struct{ X1, Y1, Mid, X2, Y2 int }

// cell is a box under way, with what hangs on it.
type cell struct {
	node  Node
	label string
	kids  []*cell
	level int
	again bool // it is drawn, or will be, elsewhere
	frame int  // number of the frame that it begins, 0 for all others
	high  int  // what own returns; 0: not measured yet
}

// frame is a part of the tree that is drawn in one piece.
type frame struct {
	root         *cell
	page, x, y   int
	wide, height int // in columns, in units
}

// drawer cuts the tree into frames and puts those on pages.
type drawer struct {
	tree   Tree
	names  map[string]string
	placed map[string]int // question → number of the frame where its answers are
	queue  []string       // questions whose frame is still to come
	frames []frame
}

// Draw lays a tree without Refusals out on pages of A4 landscape. Each question
// has its answers in exactly one frame; elsewhere a box says which.
func (t Tree) Draw() (pages []Picture) {
	start, ok := t.Start()
	if !ok {
		return nil
	}
	d := &drawer{tree: t, names: map[string]string{}, placed: map[string]int{}, queue: []string{start.ID}}
	for _, n := range Networks() {
		d.names[n.Slug] = n.Name
	}
	for len(d.queue) > 0 {
		id := d.queue[0]
		d.queue = d.queue[1:]
		d.frames = append(d.frames, d.frame(id, len(d.frames)+1))
	}
	of := d.pack()
	for n := 1; n <= of; n++ {
		p := Picture{Number: n, Of: of, Width: pictureWidth + 4}
		for _, f := range d.frames {
			if f.page == n {
				p.Height = max(p.Height, f.y+f.height+pictureFoot+4)
				d.place(&p, f.root, f.x, f.y)
			}
		}
		pages = append(pages, p)
	}
	return pages
}

// pack puts the frames on pages in their order: a wide one takes the whole
// width, two narrow ones stand beside each other.
func (d *drawer) pack() (pages int) {
	half := columns / 2
	var used [2]int // of each half of the page
	for i := range d.frames {
		f := &d.frames[i]
		side, y := 0, max(used[0], used[1])
		if f.wide <= half {
			if used[1] < used[0] {
				side = 1
			}
			y = used[side]
		}
		if pages == 0 || y+f.height > pictureRoom && y > 0 {
			pages++
			side, y, used = 0, 0, [2]int{}
		}
		f.page, f.x, f.y = pages, side*half*(boxWidth+columnGap), y
		used[side] = y + f.height + frameGap
		if f.wide > half {
			used[1] = used[0]
		}
	}
	return pages
}

// frame chooses what is drawn in one piece: level by level, as much as fits.
func (d *drawer) frame(id string, number int) frame {
	n, _ := d.tree.Node(id)
	root := &cell{node: n, frame: number}
	f := frame{root: root, wide: 1}
	open := []*cell{root}
	for len(open) > 0 {
		c := open[0]
		open = open[1:]
		if c.again || c.node.Outcome != nil {
			continue
		}
		if c.level == columns-1 {
			d.later(c)
			continue
		}
		c.kids = d.kids(c, number)
		if c != root && d.height(root) > pictureRoom {
			for _, k := range c.kids { // back to what it was
				if !k.again && k.node.Outcome == nil {
					delete(d.placed, k.node.ID)
				}
			}
			c.kids = nil
			d.later(c)
			continue
		}
		f.wide = max(f.wide, c.level+2)
		open = append(open, c.kids...)
	}
	f.height = d.height(root)
	return f
}

// later gives a question a frame of its own. It is given its number when that
// frame is made: frames are made in the order of the queue.
func (d *drawer) later(c *cell) {
	c.again, c.high = true, 0 // one more line
	d.queue = append(d.queue, c.node.ID)
	d.placed[c.node.ID] = 0
}

// kids are the nodes that the answers of a question lead to, each once.
func (d *drawer) kids(c *cell, number int) (all []*cell) {
	d.placed[c.node.ID] = number
	for _, a := range c.node.Answers {
		to, _ := d.tree.Node(a.Target)
		if i := slices.IndexFunc(all, func(k *cell) bool { return k.node.ID == to.ID }); i >= 0 {
			all[i].label += " / " + a.Text
			continue
		}
		k := &cell{node: to, label: a.Text, level: c.level + 1}
		if to.Outcome == nil {
			_, k.again = d.placed[to.ID]
			if !k.again {
				d.placed[to.ID] = number
			}
		}
		all = append(all, k)
	}
	return all
}

// own is how high a cell itself is, its label included.
func (d *drawer) own(c *cell) int {
	if c.high == 0 {
		lines := d.lines(c)
		c.high = lines[len(lines)-1].Y + boxPad
	}
	return c.high
}

// height is how high a cell is with all that hangs on it.
func (d *drawer) height(c *cell) int { return max(d.own(c), d.below(c)) }

// below is how high what hangs on a cell is.
func (d *drawer) below(c *cell) int {
	sum := -rowGap
	for _, k := range c.kids {
		sum += d.height(k) + rowGap
	}
	return sum
}

// lines are the words of a cell, from its top at y = 0; the box begins after
// the labels.
func (d *drawer) lines(c *cell) (all []Line) {
	y := 0
	add := func(l Line, lead int) {
		y += lead
		l.X, l.Y = boxPad, y
		all = append(all, l)
	}
	for _, s := range wrapAll(c.label, boxWidth-4, labelSize) {
		add(Line{Kind: lineLabel, Text: s}, labelLead)
	}
	y += boxPad
	o := c.node.Outcome
	if c.frame > 1 {
		add(Line{Kind: lineWord, Key: "instrument.draw.frame", Frame: c.frame}, textLead)
	}
	if o != nil && o.Urgency != Routine {
		add(Line{Kind: lineWord, Key: "instrument.urgency." + o.Urgency}, textLead)
	}
	for _, s := range wrap(c.node.Text, boxWidth-2*boxPad, textSize) {
		add(Line{Kind: lineText, Text: s}, textLead)
	}
	if c.again {
		to := d.placed[c.node.ID]
		further := Line{Kind: lineWord, Key: "instrument.draw.further", Frame: to}
		if to > 0 && to <= len(d.frames) {
			further.Page = d.frames[to-1].page
		}
		add(further, labelLead)
	}
	if o == nil {
		return all
	}
	for _, s := range wrapAll(d.networks(o), boxWidth-2*boxPad, labelSize) {
		add(Line{Kind: lineNote, Text: s}, labelLead)
	}
	if o.Evoke {
		add(Line{Kind: lineWord, Key: "instrument.draw.evoke"}, labelLead)
	}
	return all
}

func (d *drawer) networks(o *Outcome) string {
	var names []string
	for _, slug := range o.Networks {
		names = append(names, d.names[slug])
	}
	return strings.Join(names, ", ")
}

// wrapAll breaks words into lines; no words are no line.
func wrapAll(words string, width, size int) []string {
	if words == "" {
		return nil
	}
	return wrap(words, width, size)
}

// place puts a cell and what hangs on it beneath top, and returns where a link
// to it ends.
func (d *drawer) place(p *Picture, c *cell, left, top int) (x, y int) {
	own, all := d.own(c), d.height(c)
	at := top + (all-own)/2
	b := Box{Node: c.node.ID, Kind: c.kind(), X: left + c.level*(boxWidth+columnGap), W: boxWidth, Lines: d.lines(c)}
	labels := 0
	for i := range b.Lines {
		l := &b.Lines[i]
		if l.Kind == lineLabel {
			labels += labelLead
			l.X = 2
		}
		l.X += b.X
		l.Y += at - 3 // letters stand on the line
	}
	b.Y, b.H = at+labels+3, own-labels-3
	p.Boxes = append(p.Boxes, b)
	next := top + (all-d.below(c))/2
	from := b.X + b.W
	for _, k := range c.kids {
		kx, ky := d.place(p, k, left, next)
		p.Links = append(p.Links, Link{from, b.Y + b.H/2, from + columnGap/2, kx, ky})
		next += d.height(k) + rowGap
	}
	return b.X, b.Y + b.H/2
}

// kind is what a box looks like; its words say the same.
func (c *cell) kind() string {
	switch o := c.node.Outcome; {
	case c.again:
		return "further"
	case o == nil:
		return "question"
	case o.Urgency == Routine:
		return "outcome"
	default:
		return o.Urgency
	}
}
