package orientation

import (
	"context"
	"io"
)

// EachCase calls f with each case of in, JSON lines, plain or gzip, in order.
// bad says why a line is not a case. An error of f ends the reading.
func EachCase(ctx context.Context, in io.Reader, f func(c *Case, bad error) error) error {
	return eachCase(ctx, in, f)
}
