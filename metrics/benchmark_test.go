package metrics

import "testing"

// Every metric on one fusion of 640×480 pixels. What the sources have in common
// with every fusion of them is worked out before ("once") or within ("sources").
func BenchmarkMetric(b *testing.B) {
	x, y := scene(640, 480, 1), scene(640, 480, 2)
	f := mix(x, y)
	for _, m := range All {
		b.Run(m.Name+"/sources", func(b *testing.B) {
			for b.Loop() {
				if _, err := m.Of(f, mustPair(b, x, y)); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(m.Name+"/once", func(b *testing.B) {
			s := mustPair(b, x, y)
			for b.Loop() {
				if _, err := m.Of(f, s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
