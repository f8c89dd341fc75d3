package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var staticFS embed.FS

// staticFiles are served from memory, packed once, under a name that changes
// with their content, so that a browser asks for each only once.
type staticFiles map[string]staticFile

type staticFile struct {
	kind, sum   string
	raw, packed []byte
}

func loadStatic() (staticFiles, error) {
	all := staticFiles{}
	entries, err := fs.ReadDir(staticFS, "static")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		b, err := staticFS.ReadFile("static/" + e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(b)
		var packed bytes.Buffer
		z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		z.Write(b)
		z.Close()
		all[e.Name()] = staticFile{mime.TypeByExtension(path.Ext(e.Name())), hex.EncodeToString(sum[:6]), b, packed.Bytes()}
	}
	return all, nil
}

// href is the address of a static file, with its sum.
func (f staticFiles) href(name string) string { return "/static/" + name + "?" + f[name].sum }

// ServeHTTP sends one file, packed if the browser can unpack it.
func (f staticFiles) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := f[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.kind)
	h.Set("Vary", "Accept-Encoding")
	if r.URL.RawQuery == file.sum {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if acceptsGzip(r) && len(file.packed) < len(file.raw) {
		h.Set("Content-Encoding", "gzip")
		w.Write(file.packed)
		return
	}
	w.Write(file.raw)
}

func acceptsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}
