//go:build js && wasm

// Gpu times the WebGPU forward pass of a model on the GPU's own clock, kernel by
// kernel, beside what the same adapter reaches at best: how far each kernel is
// from its roof is then a ratio of two numbers from one run. It prints one JSON
// object a line: the pass, then its kernels.
//
//	gpu [-n RUNS] CONFIG SIDE...
//
// CONFIG is a variant's configuration as JSON; weights are random, since time
// does not depend on them. SIDE is the side of a square pair in pixels.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"tcmoa/bench/internal/random"
	"tcmoa/core"
	"tcmoa/webgpu"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "gpu:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	runs := flag.Int("n", 5, "timed runs, after one that is not counted")
	flag.Parse()
	if flag.NArg() < 2 {
		return fmt.Errorf("want a configuration and sides in pixels")
	}
	var cfg core.Config
	if err := json.Unmarshal([]byte(flag.Arg(0)), &cfg); err != nil {
		return err
	}
	// Whole passes are timed without the clock, which splits them.
	quick, err := open(ctx, cfg, webgpu.Options{})
	if err != nil {
		return err
	}
	watched, err := open(ctx, cfg, webgpu.Options{Profile: true})
	if err != nil {
		return err
	}
	var peaks webgpu.Peaks
	if watched.gpu.Offer().Timestamps {
		if peaks, err = watched.gpu.Peaks(ctx); err != nil {
			return err
		}
	}
	out := json.NewEncoder(os.Stdout)
	for _, arg := range flag.Args()[1:] {
		side, err := strconv.Atoi(arg)
		if err != nil {
			return err
		}
		p, err := quick.pass(ctx, side, *runs)
		if err != nil {
			return err
		}
		p.Peaks = peaks
		if err := out.Encode(p); err != nil {
			return err
		}
		if _, err := watched.pass(ctx, side, 1); err != nil {
			return err
		}
		for _, k := range kernels(side, watched.gpu.Timings(), peaks) {
			if err := out.Encode(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// bench is a network on the GPU.
type bench struct {
	gpu *webgpu.Backend
	net *core.Network
}

func open(ctx context.Context, cfg core.Config, opt webgpu.Options) (*bench, error) {
	gpu, err := webgpu.New(ctx, opt)
	if err != nil {
		return nil, err
	}
	net, err := random.Network(cfg, gpu, true)
	return &bench{gpu, net}, err
}

// pass is one line of the output: a forward pass of the whole pair.
type pass struct {
	Side       int          `json:"side"`
	Adapter    string       `json:"adapter"`
	Offer      webgpu.Offer `json:"offer"`
	Ms         float64      `json:"ms"`      // median, from the call to the result
	HostUs     float64      `json:"host_us"` // of which on the host
	Dispatches int64        `json:"dispatches"`
	Submits    int64        `json:"submits"`
	BytesUp    int64        `json:"bytes_up"`
	BytesDown  int64        `json:"bytes_down"`
	Peaks      webgpu.Peaks `json:"peaks"`
}

func (b *bench) pass(ctx context.Context, side, runs int) (pass, error) {
	controls, err := core.TaskControls(b.net.Config, b.net.Config.Tasks[0])
	if err != nil {
		return pass{}, err
	}
	req := core.Request{A: random.Picture(side, 3), B: random.Picture(side, 4), Controls: controls}
	canvas := core.NewRGBA(side, side)
	fuse := func() error {
		_, err := b.net.Fuse(ctx, req, canvas)
		return err
	}
	if err := fuse(); err != nil { // compiles kernels, takes memory
		return pass{}, err
	}
	before := b.gpu.Counters()
	took := make([]time.Duration, runs)
	for i := range took {
		start := time.Now()
		if err := fuse(); err != nil {
			return pass{}, err
		}
		took[i] = time.Since(start)
	}
	after := b.gpu.Counters()
	slices.Sort(took)
	n := int64(runs)
	return pass{
		Side: side, Adapter: b.gpu.Adapter(), Offer: b.gpu.Offer(), Ms: ms(took[runs/2]),
		HostUs:     float64((after.HostTime - before.HostTime).Microseconds()) / float64(runs),
		Dispatches: (after.Dispatches - before.Dispatches) / n, Submits: (after.Submits - before.Submits) / n,
		BytesUp: (after.BytesUp - before.BytesUp) / n, BytesDown: (after.BytesDown - before.BytesDown) / n,
	}, nil
}

// kernel is one line of the output: all dispatches of a kernel in a pass.
type kernel struct {
	Side       int     `json:"side"`
	Kernel     string  `json:"kernel"`
	Dispatches int     `json:"dispatches"`
	Ms         float64 `json:"gpu_ms"`
	Share      float64 `json:"share"`   // of the pass's time on the GPU
	OfPeak     float64 `json:"of_peak"` // of the roof that is nearer: arithmetic or memory
	Roof       string  `json:"roof"`    // which that is
}

// kernels sums up timings by kernel, the costliest first.
func kernels(side int, timings []webgpu.Timing, peaks webgpu.Peaks) []kernel {
	type cost struct {
		kernel
		time, arithmetic, memory float64 // seconds: taken, and at the roofs
	}
	var costs []cost
	total := 0.0
	for _, t := range timings {
		i := slices.IndexFunc(costs, func(c cost) bool { return c.Kernel == t.Kernel })
		if i < 0 {
			i = len(costs)
			costs = append(costs, cost{kernel: kernel{Side: side, Kernel: t.Kernel}})
		}
		c, peak := &costs[i], peaks.Float32
		if t.Int8 {
			peak = peaks.Int8
		}
		c.Dispatches++
		c.time += t.Time.Seconds()
		c.arithmetic += float64(t.Work) / peak
		c.memory += float64(t.Bytes) / peaks.Copy
		total += t.Time.Seconds()
	}
	slices.SortFunc(costs, func(a, b cost) int { return cmp.Compare(b.time, a.time) })
	out := make([]kernel, len(costs))
	for i, c := range costs {
		k := c.kernel
		k.Ms, k.Share, k.Roof = 1e3*c.time, c.time/total, "arithmetic"
		if c.memory > c.arithmetic {
			k.Roof = "memory"
		}
		k.OfPeak = max(c.memory, c.arithmetic) / c.time
		out[i] = k
	}
	return out
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
