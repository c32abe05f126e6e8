package main

import (
	"bufio"
	"context"
	"encoding/json/v2"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestQuantise: a folder gives the same fusion as the float weights that are
// quantised in memory.
func TestQuantise(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	a, b := testPair(t, dir)
	folder := filepath.Join(dir, "model")
	out := succeed(t, "quantise", model, "-o", folder, "-name", "mine", "-licence", "MIT", "-origin", "a test")
	if !strings.Contains(out, "model mine") {
		t.Errorf("it says %q", out)
	}
	fuse := func(name, model string) string {
		path := filepath.Join(dir, name)
		succeed(t, "fuse", "-task", "mef", "-depth", "16", "-model", model, "-o", path, a, b)
		return path
	}
	want := fuse("float.png", model)
	for _, m := range []string{folder, filepath.Join(folder, "model.json")} {
		if !sameFiles(t, want, fuse("folder.png", m)) {
			t.Errorf("%s gives another fusion", m)
		}
	}
	if status, _, stderr := tcmoa(t, "quantise", model); status != exitUsage || !strings.Contains(stderr, "-o is missing") {
		t.Errorf("without -o: status %d, %q", status, stderr)
	}
}

func TestInfo(t *testing.T) {
	model := testModel(t)
	folder := filepath.Join(t.TempDir(), "model")
	succeed(t, "quantise", model, "-o", folder, "-licence", "MIT", "-origin", "a test")
	var parameters []int64
	for _, path := range []string{model, folder} {
		var info modelInfo
		if err := json.Unmarshal([]byte(succeed(t, "info", "-json", path)), &info); err != nil {
			t.Fatal(err)
		}
		parameters = append(parameters, info.Parameters)
		if info.Variant.Dim != testConfig.Dim || info.Size == 0 || (info.Int8 > 0) != (path == folder) {
			t.Errorf("%s: %+v", path, info)
		}
		if text := succeed(t, "info", path); !strings.Contains(text, "vif, mef, mff") {
			t.Errorf("%s: %s", path, text)
		}
	}
	if parameters[0] == 0 || parameters[0] != parameters[1] {
		t.Errorf("%v parameters", parameters)
	}
	if text := succeed(t, "info", "-verify", folder); !strings.Contains(text, "verified") || !strings.Contains(text, "MIT") {
		t.Errorf("%s", text)
	}
	if status, _, _ := tcmoa(t, "info", "-verify", model); status != exitUsage {
		t.Errorf("a file without hashes: status %d", status)
	}
	// Bytes that changed after the folder was made.
	weights := filepath.Join(folder, "weights.safetensors.zst")
	raw, err := os.ReadFile(weights)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(weights, raw, 0o666); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := tcmoa(t, "info", "-verify", folder); status != exitFailure || !strings.Contains(stderr, "SHA-256") {
		t.Errorf("a damaged folder: status %d, %q", status, stderr)
	}
}

func TestConvertErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.pth")
	if err := os.WriteFile(path, []byte("no checkpoint"), 0o666); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := tcmoa(t, "convert", path, "-o", t.TempDir()); status != exitFailure || !strings.Contains(stderr, path) {
		t.Errorf("status %d, %q", status, stderr)
	}
}

// TestConvertToFloats goes from one safetensors file to another, which must
// give the same fusion.
func TestConvertToFloats(t *testing.T) {
	dir, model := t.TempDir(), testModel(t)
	out := filepath.Join(dir, "copy.safetensors")
	succeed(t, "convert", model, "-o", out)
	if !sameFiles(t, model, out) {
		t.Error("the copy differs")
	}
}

func TestServe(t *testing.T) {
	dir := t.TempDir()
	if status, _, stderr := tcmoa(t, "serve", dir); status != exitFailure || !strings.Contains(stderr, "no index.html") {
		t.Errorf("an empty folder: status %d, %q", status, stderr)
	}
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("home"), 0o666); err != nil {
		t.Fatal(err)
	}
	succeed(t, "pack", dir)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stdout, w := io.Pipe()
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, []string{"serve", "-addr", "127.0.0.1:0", dir}, w, io.Discard) }()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(line, " at ")
	url, _, _ := strings.Cut(rest, " ")
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "home" {
		t.Errorf("%s gives %q, %v", url, body, err)
	}

	addr := strings.Trim(strings.TrimPrefix(url, "http://"), "/")
	if status, _, stderr := tcmoa(t, "serve", "-addr", addr, dir); status != exitFailure || !strings.Contains(stderr, "in use by another program") {
		t.Errorf("a busy port: status %d, %q", status, stderr)
	}
	if status, _, stderr := tcmoa(t, "serve", "-addr", "8080", dir); status != exitUsage || !strings.Contains(stderr, "host:port") {
		t.Errorf("an odd address: status %d, %q", status, stderr)
	}
	stop()
	if status := <-ended; status != exitOK {
		t.Errorf("status %d at the end", status)
	}
}

func TestAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for asked, host := range map[string]string{
		"localhost:0": "localhost", ":0": "localhost", "0.0.0.0:0": "localhost", "[::]:0": "localhost",
		"127.0.0.1:0": "127.0.0.1", "[::1]:0": "[::1]",
	} {
		if got, want := address(asked, l), "http://"+host+":"+port+"/"; got != want {
			t.Errorf("%s: %s, want %s", asked, got, want)
		}
	}
}

func TestSizes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 5158465: "5.2 MB", 99949: "99.9 kB", 123456: "123 kB",
		999499: "999 kB", 999500: "1.0 MB", 3_000_000_000_000: "3.0 TB",
	} {
		if got := bytesText(n); got != want {
			t.Errorf("%d bytes: %q, want %q", n, got, want)
		}
	}
	if got := countText(12); got != "12" {
		t.Errorf("12: %q", got)
	}
}
