// Command phare-load measures the desk as its users load it: it fills a fresh
// database, starts the real program as a process of its own, signs in, and lets
// a number of clients create requests, open files, read work lists and search,
// one kind after the other. It prints rates, delays and the memory of the
// server. It is a tool for developers and is not installed.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"runtime"
	"time"
)

// options say how much is measured.
type options struct {
	bin      string
	dsn      string
	know     string
	requests int
	clients  int
	each     time.Duration
	overload int
}

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "./phare", "the program to measure")
	flag.StringVar(&o.dsn, "db", "", "postgres:// URL of an empty database; default: an SQLite file")
	flag.StringVar(&o.know, "knowledge", "", "knowledge file for the program; default: its built-in starter")
	flag.IntVar(&o.requests, "requests", 10000, "requests in the database before measuring")
	flag.IntVar(&o.clients, "clients", 8, "clients at once")
	flag.DurationVar(&o.each, "each", 10*time.Second, "how long each kind is measured")
	flag.IntVar(&o.overload, "overload", 0, "instead: this many times the clients at once, one act in ten a new request, the others lists, searches and files; fails if a receipt has no request")
	flag.Parse()
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		log.Fatal("phare-load: ", err)
	}
}

func run(ctx context.Context, o options) error {
	s, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	defer s.remove()
	ready, err := s.start(o)
	if err != nil {
		return err
	}
	defer s.stop()
	rss, err := s.resident()
	if err != nil {
		return err
	}
	fmt.Printf("ready after %v, %.0f MiB resident\n", ready.Round(time.Millisecond), rss)
	if err := s.signIn(ctx); err != nil {
		return err
	}
	if o.overload > 0 {
		return s.overload(ctx, o)
	}
	fmt.Printf("%d requests stored, %d clients, %v each, client and server together on %d cores, %s\n",
		o.requests, o.clients, o.each, runtime.NumCPU(), s.engine)
	fmt.Printf("%-22s %10s %9s %9s %9s %7s %9s\n", "", "per second", "p50 ms", "p99 ms", "max ms", "errors", "RSS MiB")
	for _, k := range s.kinds() {
		f := measure(ctx, o, k.do)
		rss, err := s.resident()
		if err != nil {
			return err
		}
		fmt.Printf("%-22s %10.0f %9.2f %9.2f %9.2f %7d %9.0f\n", k.name, f.rate, f.p50, f.p99, f.max, f.errors, rss)
		if f.first != nil {
			fmt.Printf("  first error: %v\n", f.first)
		}
	}
	return nil
}
