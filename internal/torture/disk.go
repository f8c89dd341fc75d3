package torture

import (
	"maps"
	"math/rand/v2"
	"path"
	"slices"
)

// sector is what a disk writes whole or not at all; SQLite assumes no more.
const sector = 512

// Loss says what a power cut leaves of what was not yet synchronised.
type Loss int

// The four kinds of loss.
const (
	DropAll Loss = iota // nothing
	KeepAll             // everything, as after a kill
	Torn                // each sector by chance, and of each folder's names a first part
	Garbage             // as Torn, and a file may have its new length without its content
	losses              // how many there are
)

// disk is what a file system holds: what is durable, and what a power cut may
// take. A synchronised file is durable in its content; its name is durable only
// once its folder was synchronised after it. Names of one folder become durable
// in the order in which they were made, as journals of file systems keep it.
type disk struct {
	names   map[string]*inode // as the running program sees them
	durable map[string]*inode
	waiting []renaming
}

type inode struct {
	dir     bool
	content []byte // durable
	pending []op   // writes and truncations since
}

type renaming struct {
	folder, name, to string
	node             *inode // nil: the name goes away
	end              int
}

func newDisk() *disk {
	return &disk{names: map[string]*inode{}, durable: map[string]*inode{}}
}

// begin applies what may reach the disk as soon as the call begins.
func (d *disk) begin(o op) {
	if o.kind != opWrite && o.kind != opTruncate {
		return
	}
	if n := d.names[o.path]; n != nil {
		n.pending = append(n.pending, o)
	}
}

// end applies what holds once the call has returned.
func (d *disk) end(o op) {
	switch o.kind {
	case opCreate, opMkdir:
		if d.names[o.path] == nil {
			d.rename(o, o.path, "", &inode{dir: o.kind == opMkdir})
		}
	case opRemove:
		d.rename(o, o.path, "", nil)
	case opRename:
		d.rename(o, o.path, o.to, d.names[o.path])
	case opSync:
		d.sync(o)
	}
}

func (d *disk) rename(o op, name, to string, n *inode) {
	d.waiting = append(d.waiting, renaming{path.Dir(name), name, to, n, o.end})
	apply(d.names, d.waiting[len(d.waiting)-1])
}

func apply(names map[string]*inode, r renaming) {
	switch {
	case r.to != "":
		delete(names, r.name)
		names[r.to] = r.node
	case r.node == nil:
		delete(names, r.name)
	default:
		names[r.name] = r.node
	}
}

// sync makes durable what had ended before the call began.
func (d *disk) sync(o op) {
	n := d.names[o.path]
	if o.path == "." || n != nil && n.dir {
		d.waiting = slices.DeleteFunc(d.waiting, func(r renaming) bool {
			done := r.folder == o.path && r.end < o.begin
			if done {
				apply(d.durable, r)
			}
			return done
		})
		return
	}
	if n == nil {
		return
	}
	left := n.pending[:0:0]
	for _, w := range n.pending {
		if w.end < o.begin {
			n.content = change(n.content, w)
		} else {
			left = append(left, w)
		}
	}
	n.pending = left
}

// change is content after a write or a truncation.
func change(content []byte, o op) []byte {
	if o.kind == opTruncate {
		return resize(content, o.size)
	}
	if end := o.off + int64(len(o.data)); end > int64(len(content)) {
		content = resize(content, end)
	}
	copy(content[o.off:], o.data)
	return content
}

func resize(b []byte, size int64) []byte {
	if size <= int64(len(b)) {
		return b[:size]
	}
	return append(b, make([]byte, size-int64(len(b)))...)
}

// after is what the folder holds when the power comes back: names and contents.
func (d *disk) after(loss Loss, r *rand.Rand) map[string][]byte {
	names := maps.Clone(d.durable)
	kept := map[string]int{} // folder → how many of its waiting names are kept
	for _, w := range d.waiting {
		kept[w.folder]++
	}
	for _, folder := range slices.Sorted(maps.Keys(kept)) {
		switch loss {
		case DropAll:
			kept[folder] = 0
		case Torn, Garbage:
			kept[folder] = r.IntN(kept[folder] + 1)
		}
	}
	for _, w := range d.waiting {
		if kept[w.folder] > 0 {
			kept[w.folder]--
			apply(names, w)
		}
	}
	files := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if n := names[name]; n != nil && !n.dir && reachable(names, name) {
			files[name] = n.after(loss, r)
		}
	}
	return files
}

func reachable(names map[string]*inode, name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if n := names[dir]; n == nil || !n.dir {
			return false
		}
	}
	return true
}

func (n *inode) after(loss Loss, r *rand.Rand) []byte {
	content := slices.Clone(n.content)
	if loss == DropAll {
		return content
	}
	likely := []float64{0.1, 0.5, 0.9}[r.IntN(3)] // how likely a sector was written in time
	grown := int64(len(content))
	for _, o := range n.pending {
		if o.kind == opTruncate {
			if loss == KeepAll || r.Float64() < likely {
				content = change(content, o)
			}
			continue
		}
		grown = max(grown, o.off+int64(len(o.data)))
		if loss == KeepAll {
			content = change(content, o)
			continue
		}
		for off := o.off; off < o.off+int64(len(o.data)); {
			end := min((off/sector+1)*sector, o.off+int64(len(o.data)))
			if r.Float64() < likely {
				content = change(content, op{kind: opWrite, off: off, data: o.data[off-o.off : end-o.off]})
			}
			off = end
		}
	}
	if loss == Garbage { // the new length was written, its content was not
		for int64(len(content)) < grown {
			content = append(content, byte(r.Uint32()))
		}
	}
	return content
}
