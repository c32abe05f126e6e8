package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"tcmoa/cmd/internal/staticsite"
)

func newServe() *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "serve [DIR]",
		Short: "Serve the page",
		Long: `Serve is a web server for the built page, by default the folder dist: with the
media types that browsers insist on, compressed files where pack made them,
ETags, byte ranges, and the headers that isolate the page from other origins.
Nothing outside the folder, nothing hidden and no folder listing is served.

Browsers give WebGPU only to localhost and to https: to serve other machines,
put a server with a certificate in front.

Ctrl-C ends it after the requests under way.`,
		Example: `  tcmoa serve
  tcmoa serve --addr localhost:0 dist        # any free port; the address is printed`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%q is one argument too many: one folder is served", args[1])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "dist"
			if len(args) == 1 {
				dir = args[0]
			}
			return serve(cmd, addr, dir)
		},
	}
	cmd.Flags().StringVarP(&addr, "addr", "a", "localhost:8080", "address to listen on, host:port; port 0 is any free one")
	return cmd
}

func serve(cmd *cobra.Command, addr, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "index.html")); err != nil {
		return fmt.Errorf("%s has no index.html: build the page first, or name its folder", dir)
	}
	site, err := staticsite.Open(dir)
	if err != nil {
		return err
	}
	defer site.Close()
	listener, err := listen(addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "Serving %s at %s (Ctrl-C ends it)\n", dir, address(addr, listener))
	server := &http.Server{
		Handler:           site,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	return serveUntil(cmd.Context(), server, listener)
}

func listen(addr string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, usagef("--addr %q is no address: want host:port, for instance localhost:8080", addr)
	}
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program: choose another port with --addr, or let --addr localhost:0 find a free one", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	return l, nil
}

// address is the URL that a reader can open: the host as it was asked for, or
// localhost where the server listens everywhere, and the port that it has.
func address(asked string, l net.Listener) string {
	host, port, err := net.SplitHostPort(asked)
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && err == nil {
		port = fmt.Sprint(tcp.Port)
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}

// patience is how long requests under way may take when the server ends.
const patience = 5 * time.Second

// serveUntil serves until ctx ends, which is no error.
func serveUntil(ctx context.Context, server *http.Server, l net.Listener) error {
	down := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		down <- server.Shutdown(end)
	})
	err := server.Serve(l)
	if stop() { // ctx goes on: serving failed by itself
		return err
	}
	return <-down
}
