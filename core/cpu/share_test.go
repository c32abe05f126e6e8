package cpu_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"path/filepath"
	"reflect"
	"testing"

	"tcmoa/core"
	"tcmoa/core/cpu"
	"tcmoa/quant"
	"tcmoa/quant/golden"
)

// message is what a pipe carries.
type message struct {
	at     int
	values []float32
}

// pipe is one end of a core.Link in memory. before, if set, is called before every
// message goes out and before one is waited for.
type pipe struct {
	out    chan<- message
	in     <-chan message
	before func() error
}

// newPipe returns both ends.
func newPipe() [2]*pipe {
	a, b := make(chan message, 4), make(chan message, 4)
	return [2]*pipe{{out: a, in: b}, {out: b, in: a}}
}

func (p *pipe) Send(at int, values ...[]float32) error {
	if p.before != nil {
		if err := p.before(); err != nil {
			return err
		}
	}
	m := message{at: at}
	for _, v := range values {
		m.values = append(m.values, v...)
	}
	p.out <- m
	return nil
}

func (p *pipe) Receive(ctx context.Context, into ...[]float32) (int, error) {
	if p.before != nil {
		if err := p.before(); err != nil {
			return 0, err
		}
	}
	select {
	case m := <-p.in:
		for _, v := range into {
			m.values = m.values[copy(v, m.values):]
		}
		if len(m.values) > 0 {
			return 0, errors.New("a message of another length")
		}
		return m.at, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// pair is two networks that share tiles. Where one fails, the other stops.
type pair [2]*core.Network

func (p pair) run(ctx context.Context, job core.TileJob, ends [2]*pipe) (*core.TileResult, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var results [2]*core.TileResult
	done := make(chan bool)
	for i := range p {
		go func() {
			job := job
			job.Share = &core.Share{Half: core.Half(i), Link: ends[i]}
			r, err := p[i].RunTile(ctx, job, nil)
			if err != nil {
				stop(err)
			}
			results[i] = r
			done <- true
		}()
	}
	<-done
	<-done
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return core.JoinHalves(results[0], results[1]), nil
}

// sharers are the networks that sharing is tested on: every head in float32, and
// the shipped one in int8.
func sharers(t *testing.T, workers int) map[string]pair {
	t.Helper()
	all := map[string]pair{}
	add := func(name string, src quant.Source, o cpu.Options) {
		o.Workers = workers
		all[name] = pair{load(t, src, o), load(t, src, o)}
	}
	for _, name := range golden.Models {
		add(name, golden.Model(t, goldenDir(), name), cpu.Options{Precision: cpu.Float32})
	}
	shipped, err := quant.OpenModel(filepath.Join("..", "..", "site", "model", "tiny"))
	if err != nil {
		t.Fatal(err)
	}
	defer shipped.Close()
	add("shipped", shipped, cpu.Options{Precision: cpu.Int8})
	return all
}

// shareJob is a tile of some windows, the picture a little smaller than it, with
// steering of all kinds.
func shareJob(cfg core.Config, across, down int) core.TileJob {
	span := cfg.Span()
	controls, _ := core.TaskControls(cfg, cfg.Tasks[0])
	controls.SetPrompt(cfg, core.Prompt{Alpha: 1.25, Beta: -0.125})
	controls.Experts = make([]bool, cfg.Experts)
	for i := range controls.Experts {
		controls.Experts[i] = i != 1
	}
	beta := make([]float32, across*down*cfg.Window*cfg.Window)
	for i := range beta {
		beta[i] = float32(i%7) / 16
	}
	side := max(across, down)*span - 3
	return core.TileJob{
		A: ramp{side, 0}, B: ramp{side, 1}, Rect: image.Rect(0, 0, across*span, down*span),
		Controls: controls, Beta: beta, Maps: true,
	}
}

// Two that share a tile give what one gives, bit for bit.
func TestShare(t *testing.T) {
	sizes := []struct{ across, down, workers int }{{1, 1, 3}, {2, 1, 1}, {1, 3, 1}}
	if testing.Short() {
		sizes = sizes[:1]
	}
	for _, size := range sizes {
		for name, both := range sharers(t, size.workers) {
			t.Run(fmt.Sprintf("%s/%d×%d/workers=%d", name, size.across, size.down, size.workers), func(t *testing.T) {
				job := shareJob(both[0].Config, size.across, size.down)
				want, err := both[0].RunTile(context.Background(), job, nil)
				if err != nil {
					t.Fatal(err)
				}
				got, err := both.run(context.Background(), job, newPipe())
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(got, want) {
					t.Error("another result than that of one")
				}
			})
		}
	}
}

// What a shared pass leaves behind serves a pass of one alone, and the other way
// round.
func TestShareGoesOnFromCheckpoints(t *testing.T) {
	models := golden.Models
	if testing.Short() {
		models = models[:1]
	}
	for _, name := range models {
		t.Run(name, func(t *testing.T) {
			model, o := golden.Model(t, goldenDir(), name), cpu.Options{Precision: cpu.Float32, Workers: 1}
			both := pair{load(t, model, o), load(t, model, o)}
			cfg := both[0].Config
			tokens := cfg.Window * cfg.Window
			store := core.NewCheckpoints(1 << 30)
			w := newWalk(7, cfg)
			reused := 0
			for i := range 6 {
				w.step(tokens)
				job := shareJob(cfg, 1, 1)
				job.Controls, job.Beta = w.controls, w.beta
				want, err := both[0].RunTile(context.Background(), job, nil)
				if err != nil {
					t.Fatal(err)
				}
				job.Checkpoints = store
				var got *core.TileResult
				if i%3 == 2 {
					got, err = both[0].RunTile(context.Background(), job, nil)
				} else {
					got, err = both.run(context.Background(), job, newPipe())
				}
				if err != nil {
					t.Fatal(err)
				}
				reused += got.Reused
				got.Reused = 0
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("step %d: another result than a whole pass", i)
				}
			}
			if reused == 0 {
				t.Error("nothing was reused")
			}
		})
	}
}

// Wherever one stops or loses the other, both end, with the reason, and their
// networks and checkpoints serve the next pass.
func TestShareStops(t *testing.T) {
	lost := errors.New("the partner is gone")
	model := golden.Model(t, goldenDir(), "twoscale")
	both := pair{load(t, model, cpu.Options{Precision: cpu.Float32, Workers: 1}), load(t, model, cpu.Options{Precision: cpu.Float32, Workers: 1})}
	job := shareJob(both[0].Config, 1, 1)
	want, err := both[0].RunTile(context.Background(), job, nil)
	if err != nil {
		t.Fatal(err)
	}
	job.Checkpoints = core.NewCheckpoints(1 << 30)
	for side := range 2 {
		for _, reason := range []error{lost, context.Canceled} {
			for exchange := 0; ; exchange++ {
				ctx, cancel := context.WithCancel(context.Background())
				ends, calls := newPipe(), 0
				ends[side].before = func() error {
					if calls++; calls <= exchange {
						return nil
					}
					if reason == lost {
						return lost
					}
					cancel()
					return nil
				}
				_, err := both.run(ctx, job, ends)
				cancel()
				if calls <= exchange { // it had no more of them
					if err != nil {
						t.Errorf("after all exchanges: %v", err)
					}
					break
				}
				if !errors.Is(err, reason) {
					t.Fatalf("half %d, exchange %d: got %v, want %v", side, exchange, err, reason)
				}
				got, err := both.run(context.Background(), job, newPipe())
				if err != nil {
					t.Fatal(err)
				}
				got.Reused = 0
				if !reflect.DeepEqual(got, want) {
					t.Fatalf("half %d, after exchange %d: another result", side, exchange)
				}
				job.Checkpoints = core.NewCheckpoints(1 << 30)
			}
		}
	}
}

// A fault in one half's rows is the tile's.
func TestShareTellsOfDamage(t *testing.T) {
	net := load(t, golden.Model(t, goldenDir(), "blend"), cpu.Options{Precision: cpu.Float32, Workers: 1})
	other := load(t, golden.Model(t, goldenDir(), "blend"), cpu.Options{Precision: cpu.Float32, Workers: 1})
	job := shareJob(net.Config, 1, 1)
	job.B = damaged{job.B}
	if _, err := (pair{net, other}).run(context.Background(), job, newPipe()); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// damaged is a picture whose last row is not a number.
type damaged struct{ core.Picture }

func (p damaged) ReadRow(rgb []float32, y, x0, x1 int) {
	p.Picture.ReadRow(rgb, y, x0, x1)
	if _, height := p.Size(); y == height-1 {
		rgb[0] = float32(math.NaN())
	}
}

// A backend that computes only whole tiles says so.
func TestShareRefused(t *testing.T) {
	net := load(t, golden.Model(t, goldenDir(), "blend"), cpu.Options{Precision: cpu.Float32, Workers: 1})
	net.Backend = whole{net.Backend}
	job := shareJob(net.Config, 1, 1)
	job.Share = &core.Share{Link: newPipe()[0]}
	if _, err := net.RunTile(context.Background(), job, nil); err == nil {
		t.Error("no error")
	}
}

// The CPU leaves it to the host to lay tiles, and says so.
func TestLayRefused(t *testing.T) {
	net := load(t, golden.Model(t, goldenDir(), "blend"), cpu.Options{Precision: cpu.Float32, Workers: 1})
	job := shareJob(net.Config, 1, 1)
	job.Place, job.Lay = &core.Place{}, true
	if _, err := net.RunTile(context.Background(), job, nil); err == nil {
		t.Error("no error")
	}
}

// whole is a backend whose passes can do nothing more than they must.
type whole struct{ core.Backend }

func (b whole) Begin(ctx context.Context, in core.Input) (core.Pass, error) {
	p, err := b.Backend.Begin(ctx, in)
	return struct{ core.Pass }{p}, err
}
