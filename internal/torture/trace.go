package torture

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
)

// kind is what an operation does to the disk, or that a client was told.
type kind int

const (
	opWrite kind = iota
	opTruncate
	opSync
	opCreate
	opMkdir
	opRemove
	opRename
	opTold
)

// never is the end of an operation that the process did not live to see.
const never = math.MaxInt

// op is one operation of the traced program on a file below the root, or one
// answer that it wrote to a client. Begin and end are places in the order of the
// trace: what ends before another begins happened before it.
type op struct {
	kind       kind
	path, to   string // relative to the root
	off        int64
	data       []byte
	size       int64
	form       string // of an answer
	sent       bool   // the answer was the receipt; else that the draft is kept
	begin, end int
}

// calls are the system calls that change files, and write, which answers clients.
const calls = "open,openat,creat,pwrite64,pwritev,pwritev2,write,writev,fsync,fdatasync,sync_file_range,ftruncate,truncate,fallocate," +
	"rename,renameat,renameat2,unlink,unlinkat,link,linkat,mkdir,mkdirat,rmdir,mmap,copy_file_range,sendfile,splice"

// parser reads what strace -f -y wrote about one process.
type parser struct {
	root    string
	clock   int
	ops     []op
	open    map[string]begun // thread → call under way
	offsets map[string]int64 // descriptor → where the next plain write goes
}

type begun struct {
	text string
	at   int
}

// parse returns the operations of one traced process below root, in order, and
// the clock after the last; clock is that of the process before.
func parse(r io.Reader, root string, clock int) ([]op, int, error) {
	p := &parser{root: root, clock: clock, open: map[string]begun{}, offsets: map[string]int64{}}
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := in.ReadString('\n')
		if line != "" {
			p.clock += 2
			if bad := p.line(strings.TrimSuffix(line, "\n")); bad != nil {
				return nil, 0, fmt.Errorf("trace: %w in %.200s", bad, line)
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, 0, err
		}
	}
	for _, b := range p.open { // killed in the middle: it may have happened
		if strings.HasPrefix(b.text, "pwrite64(") || strings.HasPrefix(b.text, "write(") {
			if err := p.call(b.text+") = ?", b.at, never); err != nil {
				return nil, 0, err
			}
		}
	}
	for i := range p.ops {
		// A write that the kill interrupted is in the memory of the operating
		// system by the time the process is gone, and the next one reads it.
		if o := &p.ops[i]; o.kind == opWrite && o.end == never {
			o.end = p.clock + 2
		}
	}
	return p.ops, p.clock + 4, nil
}

func (p *parser) line(line string) error {
	thread, text, ok := strings.Cut(line, " ")
	if !ok {
		return nil
	}
	text = strings.TrimLeft(text, " ")
	switch {
	case strings.HasPrefix(text, "---") || strings.HasPrefix(text, "+++"):
		return nil
	case strings.HasSuffix(text, " <unfinished ...>"):
		b := begun{strings.TrimSuffix(text, " <unfinished ...>"), p.clock}
		p.open[thread] = b
		return p.answer(b.text, b.at)
	case strings.HasPrefix(text, "<... "):
		b, ok := p.open[thread]
		_, rest, found := strings.Cut(text, "resumed>")
		if !ok || !found {
			return nil
		}
		delete(p.open, thread)
		return p.call(b.text+rest, b.at, p.clock)
	}
	if err := p.answer(text, p.clock); err != nil {
		return err
	}
	return p.call(text, p.clock, p.clock+1)
}

// answer notes a redirect that goes to a client: from the moment in which the
// call begins it may have been seen.
func (p *parser) answer(text string, at int) error {
	if !strings.HasPrefix(text, "write(") || !strings.Contains(text, `, "HTTP/1.1 303 `) {
		return nil
	}
	_, rest, ok := strings.Cut(text, `Location: /demande/`)
	if !ok {
		return nil
	}
	form, rest, _ := strings.Cut(rest, "/")
	sent, kept := strings.HasPrefix(rest, `recu\r\n`), strings.HasPrefix(rest, `verifier\r\n`)
	if sent || kept {
		p.ops = append(p.ops, op{kind: opTold, form: form, sent: sent, begin: at, end: at})
	}
	return nil
}

// call notes a finished call that concerns a file below the root.
func (p *parser) call(text string, begin, end int) error {
	name, rest, ok := strings.Cut(text, "(")
	if !ok {
		return nil
	}
	split := strings.LastIndex(rest, ") ")
	if split < 0 {
		return nil
	}
	args, result := rest[:split], strings.TrimLeft(rest[split+2:], " =")
	if strings.HasPrefix(result, "-1 ") {
		return nil
	}
	if strings.HasPrefix(result, "?") { // the process ended within it: a write may have happened
		end = never
	}
	switch name {
	case "open", "openat", "creat":
		return p.opened(name, args, result, begin, end)
	case "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "link", "linkat", "truncate":
		return p.named(name, args, begin, end)
	}
	fd, path, live := descriptor(args)
	rel, ours := p.below(path)
	if !ours || !live || strings.HasSuffix(rel, "-shm") {
		return nil
	}
	o := op{path: rel, begin: begin, end: end}
	switch name {
	case "fsync", "fdatasync":
		o.kind = opSync
	case "ftruncate":
		o.kind = opTruncate
		_, size, _ := strings.Cut(args, ", ")
		n, err := strconv.ParseInt(size, 10, 64)
		if err != nil {
			return err
		}
		o.size = n
	case "write", "pwrite64":
		return p.written(o, name, fd, args, result)
	case "mmap":
		if strings.Contains(args, "MAP_SHARED") && strings.Contains(args, "PROT_WRITE") {
			return fmt.Errorf("%s is written through memory, which a trace cannot see", rel)
		}
		return nil
	default:
		return fmt.Errorf("the model does not know %s", name)
	}
	p.ops = append(p.ops, o)
	return nil
}

func (p *parser) written(o op, name, fd, args, result string) error {
	start := strings.IndexByte(args, '"')
	data, rest, err := unquote(args[start:])
	if err != nil {
		return err
	}
	fields := strings.Split(strings.TrimPrefix(rest, ", "), ", ")
	if count, err := strconv.Atoi(fields[0]); err != nil || count != len(data) {
		return fmt.Errorf("%d bytes of %s were traced", len(data), fields[0])
	}
	if !strings.HasPrefix(result, "?") {
		n, err := strconv.Atoi(strings.Fields(result)[0])
		if err != nil {
			return err
		}
		data = data[:n]
	}
	o.kind, o.data, o.off = opWrite, data, p.offsets[fd]
	if name == "pwrite64" {
		if o.off, err = strconv.ParseInt(fields[1], 10, 64); err != nil {
			return err
		}
	} else {
		p.offsets[fd] += int64(len(data))
	}
	p.ops = append(p.ops, o)
	return nil
}

func (p *parser) opened(name, args, result string, begin, end int) error {
	fd, path, _ := descriptor(result)
	p.offsets[fd] = 0
	rel, ours := p.below(path)
	if !ours || strings.HasSuffix(rel, "-shm") || !strings.Contains(args, "O_CREAT") && name != "creat" {
		return nil
	}
	if strings.Contains(args, "O_APPEND") || strings.Contains(args, "O_TMPFILE") {
		return fmt.Errorf("the model does not know how %s was opened", rel)
	}
	p.ops = append(p.ops, op{kind: opCreate, path: rel, begin: begin, end: end})
	if strings.Contains(args, "O_TRUNC") || name == "creat" {
		p.ops = append(p.ops, op{kind: opTruncate, path: rel, begin: begin, end: end})
	}
	return nil
}

// named are calls by name. Only absolute names, and names relative to a traced
// folder, are understood; the program is given absolute ones.
func (p *parser) named(name, args string, begin, end int) error {
	var names []string
	for rest := args; ; {
		start := strings.IndexByte(rest, '"')
		if start < 0 {
			break
		}
		b, after, err := unquote(rest[start:])
		if err != nil {
			return err
		}
		full := string(b)
		if _, dir, _ := descriptor(strings.TrimLeft(rest[:start], ", ")); dir != "" && !filepath.IsAbs(full) {
			full = filepath.Join(dir, full)
		}
		names, rest = append(names, full), after
	}
	if len(names) == 0 {
		return nil
	}
	rel, ours := p.below(names[0])
	if !ours || strings.HasSuffix(rel, "-shm") {
		return nil
	}
	o := op{path: rel, begin: begin, end: end}
	switch name {
	case "unlink", "unlinkat", "rmdir":
		o.kind = opRemove
	case "mkdir", "mkdirat":
		o.kind = opMkdir
	case "rename", "renameat", "renameat2":
		o.kind = opRename
		if o.to, ours = p.below(names[1]); !ours {
			return fmt.Errorf("%s leaves the folder", rel)
		}
	default:
		return fmt.Errorf("the model does not know %s", name)
	}
	p.ops = append(p.ops, o)
	return nil
}

func (p *parser) below(path string) (string, bool) {
	if path == p.root {
		return ".", true
	}
	return strings.CutPrefix(path, p.root+"/")
}

// descriptor reads "6</folder/file>" at the start of s; live is false when the
// file has lost its name.
func descriptor(s string) (fd, path string, live bool) {
	fd, rest, ok := strings.Cut(s, "<")
	end := strings.IndexByte(rest, '>')
	if !ok || end < 0 {
		return "", "", false
	}
	return fd, rest[:end], !strings.HasPrefix(rest[end+1:], "(deleted)")
}

// unquote reads a quoted text as strace writes it and returns what follows.
func unquote(s string) ([]byte, string, error) {
	var out bytes.Buffer
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			if strings.HasPrefix(s[i+1:], "...") {
				return nil, "", fmt.Errorf("a text was cut short")
			}
			return out.Bytes(), s[i+1:], nil
		case '\\':
			i++
			if n := strings.IndexByte(`nrtvf"\`, s[i]); n >= 0 {
				out.WriteByte("\n\r\t\v\f\"\\"[n])
				continue
			}
			value, digits := 0, 0
			for ; digits < 3 && i+digits < len(s) && s[i+digits] >= '0' && s[i+digits] <= '7'; digits++ {
				value = value*8 + int(s[i+digits]-'0')
			}
			if digits == 0 {
				return nil, "", fmt.Errorf("unknown escape \\%c", s[i])
			}
			out.WriteByte(byte(value))
			i += digits - 1
		default:
			out.WriteByte(c)
		}
	}
	return nil, "", fmt.Errorf("a text without end")
}
