package fetch

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// Bar shows downloads on a terminal, one bar a file. On anything that is not
// a terminal, pass Lines instead.
func Bar(w io.Writer) Progress {
	var bar *progressbar.ProgressBar
	p := Lines(w)
	p.Start = func(it Item, have, total int64) {
		bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(it.Name),
			progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionFullWidth(), progressbar.OptionClearOnFinish())
		bar.Set64(have)
	}
	p.Bytes = func(n int) { bar.Add(n) }
	done := p.Done
	p.Done = func(it Item, fresh bool) {
		if bar != nil {
			bar.Finish()
		}
		done(it, fresh)
	}
	return p
}

// Lines shows downloads as lines, for logs.
func Lines(w io.Writer) Progress {
	return Progress{
		Start: func(it Item, have, total int64) {
			switch {
			case have > 0:
				fmt.Fprintf(w, "%s: continuing after %s of %s\n", it.Name, size(have), size(total))
			default:
				fmt.Fprintf(w, "%s: %s\n", it.Name, size(total))
			}
		},
		Retry: func(it Item, why error) { fmt.Fprintf(w, "%s: %v; trying again\n", it.Name, why) },
		Done: func(it Item, fresh bool) {
			word := "already here"
			if fresh {
				word = "complete"
			}
			fmt.Fprintf(w, "%s: %s\n", it.Name, word)
		},
	}
}

// size is a number of bytes for people.
func size(n int64) string {
	if n < 0 {
		return "unknown size"
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
