package metrics

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"tcmoa/core"
)

func TestAllIsATable(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range All {
		if seen[m.Name] || m.Title == "" || m.Least < 1 || m.of == nil || len(m.Tasks) == 0 {
			t.Errorf("%+v", m)
		}
		seen[m.Name] = true
	}
	for _, task := range []string{"vif", "mef", "mff"} {
		if n := len(For(task)); n < 15 || n > len(All) {
			t.Errorf("%d metrics for %s", n, task)
		}
	}
	if len(For("dance")) != 0 {
		t.Error("metrics for no task")
	}
}

func TestEvaluate(t *testing.T) {
	a, b := scene(30, 35, 1), scene(30, 35, 2)
	s := mustPair(t, a, b)
	list := []Metric{SSIM, VIF, EN}
	var last int
	all, err := Evaluate(t.Context(), s, []*Plane{a, mix(a, b)}, list, func(done, total int) {
		if done != last+1 || total != 6 {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || last != 6 || len(all) != 2 {
		t.Fatal(all, last, err)
	}
	for i, f := range []*Plane{a, mix(a, b)} {
		if _, there := all[i]["VIF"]; there || len(all[i]) != 2 {
			t.Errorf("VIF of so small a picture: %v", all[i])
		}
		if v, _ := SSIM.Of(f, s); all[i]["SSIM"] != v {
			t.Errorf("SSIM = %v, alone %v", all[i]["SSIM"], v)
		}
	}

	stopped := errors.New("enough")
	ctx, stop := context.WithCancelCause(t.Context())
	_, err = Evaluate(ctx, s, []*Plane{a}, list, func(int, int) { stop(stopped) })
	if !errors.Is(err, stopped) {
		t.Errorf("stopped with %v", err)
	}
	if _, err := Evaluate(t.Context(), s, []*Plane{scene(30, 34, 1)}, list, nil); err == nil {
		t.Error("a fusion of another size is measured")
	}
}

func TestRefusals(t *testing.T) {
	p := scene(20, 20, 1)
	if _, err := NewSources(p, scene(20, 21, 1)); err == nil {
		t.Error("sources of two sizes")
	}
	for _, bad := range []*Plane{{}, {3, 3, make([]float32, 8)}, {-1, -9, make([]float32, 9)}} {
		if _, err := NewSources(bad, bad); err == nil {
			t.Errorf("%d×%d with %d values", bad.Width, bad.Height, len(bad.Pix))
		}
	}
	var small *TooSmall
	if _, err := VIF.Of(p, mustPair(t, p, p)); !errors.As(err, &small) || small.Least != 41 {
		t.Errorf("VIF of 20×20 pixels: %v", err)
	}
}

func TestValuesDoNotDependOnProcessors(t *testing.T) {
	a, b := scene(130, 150, 1), scene(130, 150, 2)
	one := onProcessors(1, func() Values { return measure(t, mix(a, b), a, b) })
	many := onProcessors(5, func() Values { return measure(t, mix(a, b), a, b) })
	for name, v := range one {
		if many[name] != v {
			t.Errorf("%s = %v on one processor, %v on five", name, v, many[name])
		}
	}
}

func onProcessors(n int, do func() Values) Values {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
	return do()
}

func TestLuminance(t *testing.T) {
	p := core.NewRGBA(3, 1)
	copy(p.Pix, []uint8{255, 0, 0, 255, 0, 255, 0, 255, 10, 20, 30, 255})
	l := Luminance(p)
	for x, want := range []float32{76.245, 149.685, 18.15} {
		if d := l.Pix[x] - want; d > 1e-4 || d < -1e-4 {
			t.Errorf("pixel %d is %v, want %v", x, l.Pix[x], want)
		}
	}
}
