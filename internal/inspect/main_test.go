package inspect

import (
	"os"
	"testing"
)

// The tests are their own child, as the program is.
func TestMain(m *testing.M) {
	probed()
	IfChild()
	os.Exit(m.Run())
}
