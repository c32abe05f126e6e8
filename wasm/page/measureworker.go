//go:build js && wasm

package main

import "syscall/js"

// measureWorker is a Worker with site/measure.js and one pair in it. It answers
// one request after the other.
type measureWorker struct {
	worker  js.Value
	answers chan measureAnswer
	figure  func(name string, value float64) // told of each while they are measured
	ears    []js.Func
}

type measureAnswer struct {
	message js.Value
	err     error
}

var errMeasuringEnded = problem("The measuring was cancelled.")

func newMeasureWorker() *measureWorker {
	w := &measureWorker{answers: make(chan measureAnswer, 2)}
	w.worker = js.Global().Get("Worker").New("measure.js", map[string]any{"type": "module", "name": "measures"})
	w.hear("message", func(e js.Value) { w.receive(e.Get("data")) })
	w.hear("error", func(e js.Value) {
		e.Call("preventDefault")
		w.answer(measureAnswer{err: problem("The Worker that measures could not be started: its files are missing or blocked.")})
	})
	return w
}

func (w *measureWorker) hear(event string, listener func(e js.Value)) {
	ear := js.FuncOf(func(_ js.Value, args []js.Value) any {
		listener(args[0])
		return nil
	})
	w.ears = append(w.ears, ear)
	w.worker.Call("addEventListener", event, ear)
}

func (w *measureWorker) receive(message js.Value) {
	switch message.Get("type").String() {
	case "figure":
		if value := message.Get("value"); !value.IsNull() {
			w.figure(message.Get("name").String(), value.Float())
		}
	case "done":
		w.answer(measureAnswer{message: message})
	case "failed":
		w.answer(measureAnswer{err: js.Error{Value: message}})
	}
}

// answer never blocks: of several, the first one counts.
func (w *measureWorker) answer(a measureAnswer) {
	select {
	case w.answers <- a:
	default:
	}
}

// ask sends a request and waits for its answer.
func (w *measureWorker) ask(request map[string]any, transfer ...any) (js.Value, error) {
	w.worker.Call("postMessage", request, transfer)
	a := <-w.answers
	return a.message, a.err
}

// end stops the Worker in the middle of whatever it does.
func (w *measureWorker) end() {
	w.worker.Call("terminate")
	for _, ear := range w.ears {
		ear.Release()
	}
	w.answer(measureAnswer{err: errMeasuringEnded})
}

// sources gives it the pair, and has its histograms and the size at which it is
// measured.
func (w *measureWorker) sources(a, b *picture) (histograms [2][]float64, width, height int, err error) {
	done, err := w.ask(map[string]any{"type": "sources", "first": a.blob, "second": b.blob})
	if err != nil {
		return histograms, 0, 0, err
	}
	for _, s := range sides {
		histograms[s] = floats(done.Get("histograms").Index(int(s)))
	}
	return histograms, done.Get("width").Int(), done.Get("height").Int(), nil
}

// fuse is an ImageBitmap of the pair, fused by a classical method.
func (w *measureWorker) fuse(by *method) (js.Value, error) {
	done, err := w.ask(map[string]any{"type": "fuse", "method": by.name})
	if err != nil {
		return js.Undefined(), err
	}
	return done.Get("bitmap"), nil
}

// figures measures a fusion of the pair, an ImageBitmap or a canvas that is
// copied. report is told each value as it is known.
func (w *measureWorker) figures(of js.Value, report func(name string, value float64)) (histogram []float64, err error) {
	bitmap, err := await(js.Global().Call("createImageBitmap", of))
	if err != nil {
		return nil, err
	}
	w.figure = report
	done, err := w.ask(map[string]any{"type": "figures", "bitmap": bitmap}, bitmap)
	if err != nil {
		return nil, err
	}
	return floats(done.Get("histogram")), nil
}

// floats copies an array of numbers.
func floats(array js.Value) []float64 {
	values := make([]float64, array.Length())
	for i := range values {
		values[i] = array.Index(i).Float()
	}
	return values
}
