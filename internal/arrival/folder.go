package arrival

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/eml"
	"phare/internal/inspect"
	"phare/internal/store"
)

// Folder is where a mail gateway writes messages, one a file whose name ends in
// .eml: in DIR/PLATFORM, those that came by MSSanté in DIR/PLATFORM/mss; where the
// site has one platform, in DIR and DIR/mss too. What was taken in is moved to the
// folder done beside it, what cannot be read to refused: no message is ever deleted
// before it is in the database, and the same one found again is not taken twice.
//
// Names of files are written nowhere: a gateway may make them of subjects.
type Folder struct {
	Dir   string
	DB    *store.DB
	Files attachment.Taker

	seen map[string]fs.FileInfo // whose time is not yet quiet, as they were last
}

// Where messages go once they were read, and how long those that were taken in are
// left there.
const (
	doneDir    = "done"
	refusedDir = "refused"
	doneLife   = 7 * 24 * time.Hour
)

// quiet is how long a file must not have changed: a gateway may still be writing it.
const quiet = 3 * time.Second

// mostSeen bounds what is remembered of files that are still being written.
const mostSeen = 10_000

// Watch looks into the folder until ctx ends.
func (f *Folder) Watch(ctx context.Context) {
	const often = 15 * time.Second
	for {
		if _, err := f.Sweep(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "the inbox", "err", nameless(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(often):
		}
	}
}

// Sweep takes in what lies there and says how many messages were new. One that
// cannot be taken now is left for the next time, and keeps no other waiting.
func (f *Folder) Sweep(ctx context.Context) (n int, err error) {
	all, err := access.Platforms(ctx, f.DB)
	if err != nil {
		return 0, err
	}
	for _, p := range all {
		dirs := []string{filepath.Join(f.Dir, p.ID)}
		if len(all) == 1 {
			dirs = append(dirs, f.Dir)
		}
		for _, dir := range dirs {
			for channel, dir := range map[string]string{Mail: dir, MSS: filepath.Join(dir, "mss")} {
				took, e := f.sweep(ctx, access.Machine(p.ID), channel, dir)
				n += took
				err = errors.Join(err, e)
			}
		}
	}
	return n, err
}

func (f *Folder) sweep(ctx context.Context, by access.Actor, channel, dir string) (n int, err error) {
	all, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, x := range all {
		info, e := x.Info()
		if e != nil || !info.Mode().IsRegular() || strings.HasPrefix(x.Name(), ".") || !strings.EqualFold(filepath.Ext(x.Name()), ".eml") || !f.isWhole(filepath.Join(dir, x.Name()), info) {
			continue // gone, a folder, a link, or not yet whole
		}
		again, e := f.take(ctx, by, channel, filepath.Join(dir, x.Name()), info)
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		if err = errors.Join(err, e); e == nil && !again {
			n++
		}
	}
	return n, errors.Join(err, sweepDone(filepath.Join(dir, doneDir)))
}

// errFull is what the operator reads of a message that waits in the folder.
var errFull = errors.New("no room for the files of a message, which waits in the folder: give the desk a larger quota of files, or let it settle what arrived")

// isWhole says whether a file is not being written any more: it is old enough, or,
// where its time lies ahead of ours, as it was when we looked the last time.
func (f *Folder) isWhole(path string, info fs.FileInfo) bool {
	age := time.Since(info.ModTime())
	if age >= quiet {
		return true
	}
	before := f.seen[path]
	if age >= 0 || before == nil {
		if f.seen == nil || len(f.seen) > mostSeen {
			f.seen = map[string]fs.FileInfo{}
		}
		f.seen[path] = info
		return false
	}
	f.seen[path] = info
	return before.Size() == info.Size() && before.ModTime().Equal(info.ModTime())
}

// take takes one message in and moves its file.
func (f *Folder) take(ctx context.Context, by access.Actor, channel, path string, info fs.FileInfo) (again bool, err error) {
	in, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer in.Close()
	id, again, err := Receive(ctx, f.DB, by, f.Files, Message{Channel: channel, Bytes: in, By: inspect.Sender{Caller: "inbox " + by.Platform}})
	to := doneDir
	if whyOf(err) == quota {
		return false, fmt.Errorf("desk %s: %w", by.Platform, errFull)
	}
	if phare.KindOf(err) == phare.Invalid {
		to = refusedDir
		id, again, err = f.refuse(ctx, by, channel, info, err)
	}
	if err != nil {
		return false, err
	}
	return again, move(path, filepath.Join(filepath.Dir(path), to), string(id))
}

// refuse tells the desk of a message that cannot be read, and under which name the
// operator finds it.
func (f *Folder) refuse(ctx context.Context, by access.Actor, channel string, info fs.FileInfo, why error) (id phare.ID, again bool, err error) {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s %d %s", info.Name(), info.Size(), info.ModTime())))
	print := hex.EncodeToString(sum[:])
	code := "bad"
	if errors.Is(why, eml.ErrBig) {
		code = "big"
	}
	c := coming{id: phare.NewID(), channel: channel, source: "folder", once: onceOf("unread", print)}
	c.about.Left = []eml.Left{{Name: refusedDir + "/" + string(c.id) + ".eml", Why: code}}
	return keep(ctx, f.DB, by, c, nil)
}

// move renames a file into a folder, under a name that tells nothing.
func move(path, dir, name string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	to := filepath.Join(dir, name+".eml")
	if _, err := os.Lstat(to); err == nil { // the same message was here before
		to = filepath.Join(dir, name+"-"+string(phare.NewID())+".eml")
	}
	now := time.Now()
	os.Chtimes(path, now, now) // only its owner may; else it goes by the time of its message
	return os.Rename(path, to)
}

// sweepDone takes out what was taken in long ago.
func sweepDone(dir string) error {
	all, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, x := range all {
		if info, e := x.Info(); e == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > doneLife {
			err = errors.Join(err, os.Remove(filepath.Join(dir, x.Name())))
		}
	}
	return err
}

// nameless is an error without the name of the file that it is about.
func nameless(err error) string {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var all []string
		for _, e := range many.Unwrap() {
			all = append(all, nameless(e))
		}
		return strings.Join(all, "; ")
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Op + ": " + p.Err.Error()
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		return l.Op + ": " + l.Err.Error()
	}
	return err.Error()
}
