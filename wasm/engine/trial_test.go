//go:build js && wasm

package main

import (
	"context"
	"errors"
	"slices"
	"syscall/js"
	"testing"

	"tcmoa/core"
	"tcmoa/webgpu"
)

// A GPU that was not asked for by name computes a test picture first, and no
// other where that comes out wrong.
func TestTrial(t *testing.T) {
	reference := start(t, nil)
	_, want := fuse(t, reference, newOrder(t, reference, 9, 7))
	const onGPU, onCPU = "GPU (fake), int8", "CPU, int8"
	for _, tc := range []struct {
		name          string
		device        *faulty
		untried       bool
		backend, note string
		passes        int
		changes       bool
	}{
		{"right", &faulty{}, true, onGPU, "", 4, false},
		{"wrong", &faulty{wrong: true}, true, onCPU, "The GPU computes a test picture otherwise than the CPU, so that the CPU is used.", 2, false},
		{"wrong where tiles are laid", &faulty{lays: true}, true, onCPU, "The GPU computes a test picture otherwise than the CPU, so that the CPU is used.", 2, false},
		{"wrong, but asked for", &faulty{wrong: true}, false, onGPU, "", 2, true},
		{"failing", &faulty{begin: func(core.Input) error { return webgpu.ErrFault }}, true, onCPU, "The GPU failed to compute.", 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := start(t, &gpus{given: []*faulty{tc.device}, untried: tc.untried})
			for range 2 {
				_, got := fuse(t, m, newOrder(t, m, 9, 7))
				if slices.Equal(got, want) == tc.changes {
					t.Error("another picture than was to be expected")
				}
			}
			if name := m.network.Backend.Name(); name != tc.backend || m.note != tc.note {
				t.Errorf("on %q, %q; want %q, %q", name, m.note, tc.backend, tc.note)
			}
			if tc.device.passes != tc.passes {
				t.Errorf("%d passes on the GPU, want %d", tc.device.passes, tc.passes)
			}
		})
	}
}

// An abort in the middle of the trial leaves the question open.
func TestTrialAborted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	device := &faulty{begin: func(core.Input) error { cancel(); return nil }}
	m := start(t, &gpus{given: []*faulty{device}, untried: true})
	if _, err := m.fuse(ctx, newOrder(t, m, 9, 7), newMeter(func(map[string]any) {})); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if m.gpu == nil || !m.gpu.untried || m.note != "" {
		t.Errorf("on %s, %q", m.network.Backend.Name(), m.note)
	}
	fuse(t, m, newOrder(t, m, 9, 7))
	if m.gpu == nil || m.gpu.untried {
		t.Error("the next fusion does not finish the trial")
	}
}

// directory is a FileSystemDirectoryHandle, as far as a verdict needs it.
const directory = `
	const files = new Map();
	return {
		async getFileHandle(name, options) {
			if (!files.has(name) && !options?.create) throw new DOMException("", "NotFoundError");
			if (!files.has(name)) files.set(name, new Uint8Array(0));
			return {
				getFile: async () => new Blob([files.get(name)]),
				createSyncAccessHandle: async () => ({
					truncate: (size) => files.set(name, files.get(name).slice(0, size)),
					write: (bytes) => files.set(name, bytes.slice()).get(name).length,
					flush: () => {},
					close: () => {},
				}),
			};
		},
	};`

// A verdict holds for what it was passed on, and nothing else in its place is
// taken for one.
func TestVerdict(t *testing.T) {
	s := &store{frames: js.Global().Get("Function").New(directory).Invoke()}
	want := func(fingerprint string, v verdict) {
		t.Helper()
		if got := s.verdict(fingerprint); got != v {
			t.Errorf("the verdict on %q is %q, want %q", fingerprint, got, v)
		}
	}
	want("one", unknown)
	s.remember("one", passed)
	want("one", passed)
	want("another", unknown)
	s.remember("one", failed)
	want("one", failed)
	for _, text := range []string{"", "passed", "passed ", "perhaps one", "passed one more"} {
		if err := writeFile(s.frames, trialFile, []byte(text)); err != nil {
			t.Fatal(err)
		}
		want("one", unknown)
	}
	var none *store
	if none.remember("one", passed); none.verdict("one") != unknown {
		t.Error("a store that is not there knows something")
	}
}
