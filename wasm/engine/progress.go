//go:build js && wasm

package main

import (
	"sync"
	"time"

	"tcmoa/core"
)

// throttle lets through what comes at least a gap after the last thing that it
// let through.
type throttle struct{ last time.Time }

// gap keeps progress below 30 messages a second: a display needs no more.
const gap = 34 * time.Millisecond

func (t *throttle) open(now time.Time) bool {
	if now.Sub(t.last) < gap {
		return false
	}
	t.last = now
	return true
}

// meter sums up the progress of tiles that several Workers compute. Where a
// fusion starts again, it stands still until the new attempt has come as far.
type meter struct {
	mu       sync.Mutex
	throttle throttle
	done     []float64 // the finished share of each tile
	most     float64   // of the whole, ever
	post     func(map[string]any)
}

func newMeter(post func(map[string]any)) *meter { return &meter{post: post} }

// restart begins a fusion of some tiles, or another attempt at it.
func (m *meter) restart(tiles int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done = make([]float64, tiles)
}

func (m *meter) report(p core.Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done[p.Tile] = float64(p.Done) / float64(p.Total)
	if !m.throttle.open(time.Now()) {
		return
	}
	sum := 0.0
	for _, d := range m.done {
		sum += d
	}
	m.most = max(m.most, sum/float64(len(m.done)))
	members := stepMembers(p.Step)
	members["tile"], members["tiles"], members["fraction"] = p.Tile, p.Tiles, m.most
	m.post(members)
}

// stepMembers is a step of the network as members of a progress message.
func stepMembers(s core.Step) map[string]any {
	return map[string]any{"step": s.Name, "done": s.Done, "total": s.Total}
}
