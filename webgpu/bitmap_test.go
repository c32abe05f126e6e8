//go:build js && wasm

package webgpu

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"syscall/js"
	"testing"

	"tcmoa/core"
)

// shown is a picture that the browser has a bitmap of.
type shown struct {
	core.Picture
	bitmap js.Value
}

func (s shown) Bitmap() js.Value { return s.bitmap }

// show makes a bitmap of a picture; where there are none, an object that fake copies.
func show(t *testing.T, p *core.RGBA) shown {
	t.Helper()
	global := js.Global()
	data := global.Get("Uint8ClampedArray").New(len(p.Pix))
	js.CopyBytesToJS(data, p.Pix)
	create := global.Get("createImageBitmap")
	if create.IsUndefined() {
		return shown{p, js.ValueOf(map[string]any{"width": p.Width, "data": data})}
	}
	bitmap, err := follow(create.Invoke(global.Get("ImageData").New(data, p.Width, p.Height))).wait(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bitmap.Call("close") })
	return shown{p, bitmap}
}

// fake is copyExternalImageToTexture where there are no bitmaps.
const fake = `
	const [{ source, origin: [x, y] }, { texture, premultipliedAlpha, colorSpace }, size] = arguments;
	if (premultipliedAlpha || colorSpace !== "srgb") throw new Error("unexpected options");
	this.writeTexture({ texture }, source.data, { offset: 4 * (y * source.width + x), bytesPerRow: 4 * source.width }, size);`

// openForBitmaps returns a backend that takes bitmaps, real ones where there are such.
func openForBitmaps(t *testing.T) *Backend {
	gpu := open(t, Options{})
	if js.Global().Get("createImageBitmap").IsUndefined() {
		if gpu.Bitmaps(1, 1) {
			t.Fatal("bitmaps are taken where there are none")
		}
		t.Cleanup(replace(gpu.dev.queue, "copyExternalImageToTexture", fake))
		gpu.dev.bitmaps = true
	}
	if !gpu.Bitmaps(1, 1) {
		t.Fatal("bitmaps are not taken")
	}
	return gpu
}

// planesOf are the normalised planes that a pass begins with.
func planesOf(t *testing.T, gpu *Backend, in core.Input) []float32 {
	t.Helper()
	g, err := gpu.Begin(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	tw := &twin{T: t, gpu: gpu, g: g.(*pass)}
	return tw.results(&activation{tw.g.planes})[0]
}

// An opaque picture comes to the same from a bitmap as from bytes, whatever part of it a
// tile sees, and without bytes from the host.
func TestBitmaps(t *testing.T) {
	gpu := openForBitmaps(t)
	cfg := small(1)
	for i, c := range []struct {
		width, height int
		tile          image.Rectangle
	}{
		{64, 8, image.Rect(0, 0, 64, 8)},
		{150, 90, image.Rect(0, 0, 152, 92)},
		{150, 90, image.Rect(12, 20, 80, 60)},
		{150, 90, image.Rect(84, 52, 152, 92)},
		{3, 2, image.Rect(0, 0, 4, 4)},
		{1, 200, image.Rect(0, 160, 4, 200)},
	} {
		tw := newTwin(t, gpu, cfg, 1, 1)
		a, b := tw.picture(c.width, c.height), tw.picture(c.width, c.height)
		for i := 3; i < len(a.Pix); i += 4 {
			a.Pix[i], b.Pix[i] = 255, 255
		}
		in := core.Input{A: a, B: b, Tile: c.tile, Config: cfg}
		want := planesOf(t, gpu, in)
		in.A, in.B = show(t, a), show(t, b)
		before := gpu.Counters().BytesUp
		if got := planesOf(t, gpu, in); !slices.Equal(got, want) {
			t.Errorf("%+v: other planes than from bytes", c)
		}
		if n := gpu.Counters().BytesUp - before; n > 2*alignment {
			t.Errorf("%+v: %d bytes from the host, more than the parameters of two dispatches", c, n)
		}
		in.B = b
		if got := planesOf(t, gpu, in); !slices.Equal(got, want) {
			t.Errorf("%+v: other planes from a bitmap and bytes", c)
		}
		if i == 0 && !gpu.Bitmaps(1, 1) {
			t.Error("bitmaps are not taken any more")
		}
	}
}

// What cannot come from a bitmap is read, and what fails once is not tried again.
func TestPicturesWithoutBitmaps(t *testing.T) {
	gpu := openForBitmaps(t)
	cfg := small(1)
	a, b := scene(40, 30, 0), scene(40, 30, 2)
	in := core.Input{A: a, B: b, Tile: image.Rect(0, 0, 40, 32), Config: cfg}
	want := planesOf(t, gpu, in)
	same := func(what string, bitmaps bool) {
		t.Helper()
		if got := planesOf(t, gpu, in); !slices.Equal(got, want) {
			t.Errorf("%s: other planes", what)
		}
		if gpu.Bitmaps(1, 1) != bitmaps {
			t.Errorf("%s: bitmaps are taken: %v", what, !bitmaps)
		}
	}
	in.A, in.B = shown{a, js.Undefined()}, shown{b, js.Undefined()}
	same("no bitmap", true)
	in.A, in.B = show(t, a), show(t, b)
	most := gpu.dev.maxTexture
	gpu.dev.maxTexture = 39
	same("a bitmap larger than a texture", true)
	gpu.dev.maxTexture = most
	restore := replace(gpu.dev.queue, "copyExternalImageToTexture", "throw new Error('injected')")
	same("a copy that fails", false)
	restore()
	same("after a copy that failed", false)
}

// Tiles of bitmaps make the picture that tiles of bytes make, and share a program.
func TestTiledBitmaps(t *testing.T) {
	gpu := openForBitmaps(t)
	c := tiled{width: 151, height: 47, bound: 20 * 20, upsample: 1}
	fuse := func(bitmaps bool) *weighed {
		out, err := c.fuse(context.Background(), gpu.Lays, func(in core.Input, job core.TileJob) (*core.TileResult, error) {
			a, b := scene(c.width, c.height, 0), scene(c.width, c.height, 2)
			in.A, in.B = a, b
			if bitmaps {
				in.A, in.B = show(t, a), show(t, b)
			}
			running, err := gpu.Begin(context.Background(), in)
			if err != nil {
				return nil, err
			}
			p, r := running.(*pass), &core.TileResult{}
			r.RGBA, r.Weight, _, err = p.Lay(job.Place, &activation{p.planes}, nil) // the first source's
			return r, err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := fuse(false)
	before := gpu.Counters().Builds
	fuse(true).same(t, fmt.Sprintf("%+v", c), gpu, want)
	if n := gpu.Counters().Builds - before; n != 1 {
		t.Errorf("the tiles took memory %d times", n)
	}
	if d := levels(want.RGBA, scene(c.width, c.height, 0)); d > 0 {
		t.Errorf("the first source differs by %d levels from itself", d)
	}
}

// A texture for which there is no memory fails its pass at once, and is none that the
// next one would take.
func TestNoMemoryForTextures(t *testing.T) {
	gpu := openForBitmaps(t)
	a, b := scene(40, 30, 0), scene(40, 30, 2)
	in := core.Input{A: a, B: b, Tile: image.Rect(0, 0, 40, 32), Config: small(1)}
	want := planesOf(t, gpu, in)
	in.A, in.B = show(t, a), show(t, b)
	begin := func(ctx context.Context) error {
		p, err := gpu.Begin(ctx, in)
		if err != nil {
			return err
		}
		return p.(*pass).err
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, tc := range []struct {
		name string
		ctx  context.Context
		body string
		want error
	}{
		{"the GPU reports it", context.Background(), "return Promise.resolve({ message: 'injected' })", ErrMemory},
		{"cancelled meanwhile", cancelled, "return new Promise(() => {})", context.Canceled},
	} {
		restore := replace(gpu.dev.value, "popErrorScope", tc.body)
		err := begin(tc.ctx)
		restore()
		if !errors.Is(err, tc.want) || gpu.textures[0].width+gpu.textures[1].width > 0 {
			t.Errorf("%s: error %v, textures %v", tc.name, err, gpu.textures)
		}
		if got := planesOf(t, gpu, in); !slices.Equal(got, want) || !gpu.Bitmaps(1, 1) {
			t.Errorf("%s: other planes afterwards, or none from bitmaps", tc.name)
		}
		for i := range gpu.textures {
			gpu.textures[i].destroy()
			gpu.textures[i] = texture{}
		}
	}

	// Once a texture is there, nobody waits for it.
	planesOf(t, gpu, in)
	restore := replace(gpu.dev.value, "pushErrorScope", "throw new Error('injected')")
	defer restore()
	if err := begin(context.Background()); err != nil {
		t.Errorf("a texture that is there: error %v", err)
	}
}

// memoryless has textures find no memory, which an error scope is told of, if one is open
// that asks for it, or else who listens.
const memoryless = `
	const device = GPUDevice.prototype, error = { message: "injected" }, scopes = [], listeners = [], before = [];
	const replace = (name, make) => {
		before.push([name, Object.getOwnPropertyDescriptor(device, name)]);
		Object.defineProperty(device, name, { value: make(device[name]), configurable: true });
	};
	replace("addEventListener", (listen) => function (type, listener, ...more) {
		if (type === "uncapturederror") listeners.push(listener);
		return listen.call(this, type, listener, ...more);
	});
	replace("pushErrorScope", (push) => function (filter) {
		scopes.push({ filter });
		return push.call(this, filter);
	});
	replace("popErrorScope", (pop) => async function () {
		const scope = scopes.pop(), found = await pop.call(this);
		return scope.error ?? found;
	});
	replace("createTexture", (create) => function (...args) {
		const scope = scopes.findLast(({ filter }) => filter === "out-of-memory");
		if (scope) scope.error = error;
		else for (const listener of listeners) listener({ error });
		return create.apply(this, args);
	});
	return () => {
		for (const [name, own] of before) own ? Object.defineProperty(device, name, own) : delete device[name];
	};`

// What goes wrong as a device is tried with a bitmap concerns bitmaps, and no pass.
func TestNoMemoryToTryBitmaps(t *testing.T) {
	global := js.Global()
	if global.Get("createImageBitmap").IsUndefined() {
		global.Get("Function").New(`
			globalThis.ImageData = class { constructor(data, width) { Object.assign(this, { data, width }); } };
			globalThis.createImageBitmap = async ({ data, width }) => ({ data, width, close() {} });`).Invoke()
		t.Cleanup(func() { global.Delete("ImageData"); global.Delete("createImageBitmap") })
		t.Cleanup(replace(global.Get("GPUQueue").Get("prototype"), "copyExternalImageToTexture", fake))
	}
	if !open(t, Options{}).Bitmaps(1, 1) {
		t.Fatal("bitmaps are not taken")
	}
	restore := global.Get("Function").New(memoryless).Invoke()
	defer restore.Invoke()
	gpu := open(t, Options{})
	if gpu.Bitmaps(1, 1) {
		t.Error("bitmaps are taken")
	}
	in := core.Input{A: scene(40, 30, 0), B: scene(40, 30, 2), Tile: image.Rect(0, 0, 40, 32), Config: small(1)}
	if _, err := gpu.Begin(context.Background(), in); err != nil {
		t.Errorf("the first pass: error %v", err)
	}
}
