// Forward times the CPU forward pass of a model and, in the same process, plain
// matrix products of the network's own shape: how far the network is from the
// limit of its kernels is then a ratio of two numbers from one run. It runs
// natively and under WebAssembly, and prints one JSON object a line.
//
//	forward [-n RUNS] [-workers N] CONFIG SIDE...
//
// CONFIG is a variant's configuration as JSON, or a file that holds a model's
// manifest; weights are random (bench/internal/random). SIDE is the side of a square
// pair in pixels.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"tcmoa/bench/internal/random"
	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/core/cpu/kernel"
	"tcmoa/quant"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "forward:", err)
		os.Exit(1)
	}
}

func run() error {
	runs := flag.Int("n", 5, "timed runs, after one that is not counted")
	workers := flag.Int("workers", 1, "goroutines")
	flag.Parse()
	if flag.NArg() < 2 {
		return fmt.Errorf("want a configuration and sides in pixels")
	}
	cfg, err := config(flag.Arg(0))
	if err != nil {
		return err
	}
	gemmI8, gemmF32 := gemm(cfg, *runs)
	for _, precision := range []cpu.Precision{cpu.Int8, cpu.Float32} {
		net, err := random.Network(cfg, cpu.New(cpu.Options{Precision: precision, Workers: *workers}), precision == cpu.Int8)
		if err != nil {
			return err
		}
		limit := gemmI8
		if precision == cpu.Float32 {
			limit = gemmF32
		}
		for _, arg := range flag.Args()[1:] {
			side, err := strconv.Atoi(arg)
			if err != nil {
				return err
			}
			r, err := forward(net, side, *runs)
			if err != nil {
				return err
			}
			r.Precision, r.Workers, r.Gemm = precision.String(), *workers, limit
			r.OfGemm = r.GMACs / limit
			if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// result is one line of the output.
type result struct {
	Side      int     `json:"side"`
	Precision string  `json:"precision"`
	Workers   int     `json:"workers"`
	Ms        float64 `json:"ms"`          // median
	MinMs     float64 `json:"min_ms"`      // fastest
	GMACs     float64 `json:"gmac_s"`      // of the median
	Gemm      float64 `json:"gemm_gmac_s"` // one goroutine's plain product, 784×768×192
	OfGemm    float64 `json:"of_gemm"`     // GMACs / Gemm
	PeakMiB   float64 `json:"peak_mib"`    // of the process, so far
}

func forward(net *core.Network, side, runs int) (result, error) {
	a, b := random.Picture(side, 3), random.Picture(side, 3)
	controls, err := core.TaskControls(net.Config, net.Config.Tasks[0])
	if err != nil {
		return result{}, err
	}
	canvas := core.NewRGBA(side, side)
	took, err := median(runs, func() error {
		_, err := net.Fuse(context.Background(), core.Request{A: a, B: b, Controls: controls}, canvas)
		return err
	})
	if err != nil {
		return result{}, err
	}
	tiling := core.NewTiling(net.Config, side, side, core.WholeBound)
	tokens := 0
	for _, t := range tiling.Tiles {
		tokens += t.Rect.Dx() * t.Rect.Dy() / net.Config.Cell() / net.Config.Cell()
	}
	return result{
		Side: side, Ms: ms(took.median), MinMs: ms(took.least),
		GMACs: float64(macs(net.Config, tokens)) / took.median.Seconds() / 1e9, PeakMiB: peakMiB(),
	}, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

type timing struct{ least, median time.Duration }

// median runs f once to warm up and then n times.
func median(n int, f func() error) (timing, error) {
	took := make([]time.Duration, 0, n)
	for i := range n + 1 {
		start := time.Now()
		if err := f(); err != nil {
			return timing{}, err
		}
		if i > 0 {
			took = append(took, time.Since(start))
		}
	}
	slices.Sort(took)
	return timing{took[0], took[n/2]}, nil
}

// gemm is the speed of plain products of 784 tokens by the first feed-forward
// matrix, in GMAC/s, int8 and float32.
func gemm(c core.Config, runs int) (i8, f32 float64) {
	const m, repeats = 784, 20
	n, k := c.MLPRatio*c.Dim, c.Dim
	out := make([]float32, m*n)
	speed := func(f func()) float64 {
		t, _ := median(runs, func() error {
			for range repeats {
				f()
			}
			return nil
		})
		return float64(repeats*m*n*k) / t.median.Seconds() / 1e9
	}
	a8, scales := make([]int8, m*k), make([]float32, max(m, n))
	p8 := kernel.PackI8(make([]int8, n*k), n, k)
	i8 = speed(func() { kernel.GemmI8(out, n, a8, scales[:m], m, p8, scales[:n], nil) })
	a32, p32 := make([]float32, m*k), kernel.PackF32(make([]float32, n*k), n, k, k)
	f32 = speed(func() { kernel.GemmF32(out, n, a32, k, m, p32, nil) })
	return i8, f32
}

func config(arg string) (core.Config, error) {
	var c core.Config
	if strings.HasPrefix(arg, "{") {
		err := json.Unmarshal([]byte(arg), &c)
		return c, err
	}
	text, err := os.ReadFile(arg)
	if err != nil {
		return c, err
	}
	m, err := quant.ParseManifest(text)
	return m.Variant, err
}
