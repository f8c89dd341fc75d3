package attachment

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Clamd is the socket of a ClamAV daemon on this machine; empty: there is none.
type Clamd string

// scanWithin is how long a scan may take.
const scanWithin = 60 * time.Second

// Scan has the daemon read a file. When there is none or it does not answer, the
// answer is NoScan, with the reason for the operator.
func (c Clamd) Scan(ctx context.Context, file io.Reader) (said string, err error) {
	if c == "" {
		return NoScan, nil
	}
	ctx, cancel := context.WithTimeout(ctx, scanWithin)
	defer cancel()
	reply, err := c.ask(ctx, file)
	switch {
	case err != nil:
		return NoScan, fmt.Errorf("clamd at %s: %w", string(c), err)
	case reply == "stream: OK":
		return Clean, nil
	case strings.HasPrefix(reply, "stream: ") && strings.HasSuffix(reply, " FOUND"):
		return Found, nil
	}
	return NoScan, fmt.Errorf("clamd at %s answers %q", string(c), reply)
}

// ask sends the file in chunks, each behind its length (INSTREAM), and reads one
// line.
func (c Clamd) ask(ctx context.Context, file io.Reader) (string, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", string(c))
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if end, ok := ctx.Deadline(); ok {
		conn.SetDeadline(end)
	}
	if _, err := io.WriteString(conn, "zINSTREAM\x00"); err != nil {
		return "", err
	}
	b := make([]byte, 4+pieceSize)
	for {
		n, err := io.ReadFull(file, b[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(b, uint32(n))
			if _, err := conn.Write(b[:4+n]); err != nil {
				break // it may have answered before it read all: a limit of its own
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			if _, err := conn.Write(make([]byte, 4)); err != nil {
				break
			}
			break
		}
		if err != nil {
			return "", err
		}
	}
	const mostSaid = 1024
	said, err := io.ReadAll(io.LimitReader(conn, mostSaid))
	if len(said) == 0 && err != nil {
		return "", err
	}
	return strings.TrimSpace(strings.TrimRight(string(said), "\x00")), nil
}
