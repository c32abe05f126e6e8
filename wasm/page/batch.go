//go:build js && wasm

package main

import (
	"slices"
	"strconv"
	"strings"
	"syscall/js"
	"time"

	"tcmoa/wasm/internal/archive"
	"tcmoa/wasm/internal/pairing"
	"tcmoa/wasm/internal/settings"
)

// batch is many pairs that are fused one after the other.
type batch struct {
	files   []*batchFile
	way     pairingWay
	chosen  bool         // whether the visitor has chosen it
	rule    pairing.Rule // where that is the way
	pairs   []*batchPair
	known   []*batchPair // those, and the ones of other rules
	alone   []*batchFile // without a partner
	skipped int          // files of the last choice that are no pictures
	running js.Value     // the AbortController of a run, undefined where there is none
	saving  bool
	failure error // of saving
}

// pairingWay is how files are paired.
type pairingWay string

const (
	byRule    pairingWay = "rule"
	byOwn     pairingWay = "own" // marks, which are a rule too
	byFolders pairingWay = "folders"
	byOrder   pairingWay = "order"
)

type batchFile struct {
	name string // with the folders that it was chosen with
	blob js.Value
}

// batchPair is one of a batch. It has a result or a problem once it was its turn.
type batchPair struct {
	name     string
	found    [2]*batchFile // in the order of the rule that found it
	files    [2]*batchFile // in the visitor's order
	atWork   bool
	again    bool // whether it is to be fused once more; until then the result stays
	fraction float64
	problem  error
	result   *batchResult
}

// batchResult is a fused picture as a file, and how it was made.
type batchResult struct {
	task         *task
	settings     settings.Settings
	file         archive.File
	blob         js.Value // PNG
	thumb        js.Value // ImageBitmap
	milliseconds float64
}

// release frees what the browser keeps decoded of a result.
func (r *batchResult) release() {
	if r != nil {
		r.thumb.Call("close")
	}
}

// isRunning tells whether pairs are being fused.
func (b *batch) isRunning() bool { return b.running.Truthy() }

// count is how many pairs are done, and how many of those went wrong.
func (b *batch) count() (done, wrong int) {
	for _, p := range b.pairs {
		if p.again {
			continue
		}
		if p.result != nil {
			done++
		} else if p.problem != nil {
			done++
			wrong++
		}
	}
	return done, wrong
}

// outdated tells whether a result was made for another task or by other settings
// than those that are set.
func (s *state) outdated(r *batchResult) bool {
	return r != nil && (r.task != s.task || !r.settings.Equal(s.unpainted()))
}

// unpainted are the settings without strokes, which were painted on another picture.
func (s *state) unpainted() settings.Settings {
	set := s.fitted()
	set.Strokes = nil
	return set
}

// addToBatch takes files in, pictures alone, each once. As long as the visitor has
// not chosen how they are paired, it is the way that pairs the most.
func (p *page) addToBatch(files []js.Value) {
	b := &p.batch
	b.skipped = 0
	known := map[string]bool{}
	for _, f := range b.files {
		known[f.key()] = true
	}
	for _, blob := range files {
		name := blob.Get("webkitRelativePath").String()
		if name == "" {
			name = blob.Get("name").String()
		}
		f := &batchFile{name, blob}
		if !strings.HasPrefix(blob.Get("type").String(), "image/") {
			b.skipped++
		} else if !known[f.key()] {
			known[f.key()] = true
			b.files = append(b.files, f)
		}
	}
	if !b.chosen {
		b.findWay()
	}
	b.pair()
	p.render()
}

// findWay finds the way that pairs the most files.
func (b *batch) findWay() {
	rule, ok := pairing.Best(b.names())
	byMarks, _ := rule.Match(b.names())
	inFolders, _ := pairing.Folders(b.names())
	switch {
	case len(inFolders) > len(byMarks):
		b.way = byFolders
	case ok:
		b.way, b.rule = byRule, rule
	default:
		b.way = byOrder
	}
}

// key tells files apart.
func (f *batchFile) key() string {
	return f.name + "/" + strconv.Itoa(f.blob.Get("size").Int()) + "/" + strconv.Itoa(f.blob.Get("lastModified").Int())
}

func (b *batch) names() []string {
	names := make([]string, len(b.files))
	for i, f := range b.files {
		names[i] = f.name
	}
	return names
}

// pair pairs the files anew. A pair that was there before stays what it is, also
// where another rule came between.
func (b *batch) pair() {
	match := b.rule.Match
	switch b.way {
	case byFolders:
		match = pairing.Folders
	case byOrder:
		match = pairing.InOrder
	}
	pairs, alone := match(b.names())
	b.pairs, b.alone = nil, nil
	for _, found := range pairs {
		p := b.recall([2]*batchFile{b.files[found.First], b.files[found.Second]})
		p.name = found.Name
		b.pairs = append(b.pairs, p)
	}
	for _, i := range alone {
		b.alone = append(b.alone, b.files[i])
	}
}

// recall is the pair of files that a rule found in this order, turned or not; or
// else the one that was turned to this order; or else a new one.
func (b *batch) recall(files [2]*batchFile) *batchPair {
	for _, p := range b.known {
		if p.found == files {
			return p
		}
	}
	for _, p := range b.known {
		if p.files == files {
			return p
		}
	}
	p := &batchPair{found: files, files: files}
	b.known = append(b.known, p)
	return p
}

// pairBy has the batch paired in another way, which the visitor has chosen.
func (p *page) pairBy(way pairingWay, rule pairing.Rule) {
	p.batch.way, p.batch.rule, p.batch.chosen = way, rule, true
	p.batch.pair()
	p.render()
}

// swapInBatch changes a pair's files over; what it had come to is void.
func (p *page) swapInBatch(pair *batchPair) {
	pair.files[first], pair.files[second] = pair.files[second], pair.files[first]
	pair.result.release()
	pair.result, pair.problem, pair.again = nil, nil, false
	p.render()
}

// removeFromBatch takes a pair's files out, and with them what other rules made
// of them.
func (p *page) removeFromBatch(pair *batchPair) {
	b := &p.batch
	gone := func(f *batchFile) bool { return f == pair.files[first] || f == pair.files[second] }
	b.files = slices.DeleteFunc(b.files, gone)
	b.pairs = slices.DeleteFunc(b.pairs, func(other *batchPair) bool { return other == pair })
	b.known = slices.DeleteFunc(b.known, func(other *batchPair) bool {
		if !gone(other.files[first]) && !gone(other.files[second]) {
			return false
		}
		other.result.release()
		return true
	})
	p.render()
}

// clearBatch begins from nothing.
func (p *page) clearBatch() {
	p.cancelBatch()
	for _, pair := range p.batch.known {
		pair.result.release()
	}
	p.batch = batch{}
	p.render()
}

// openPair brings a pair into the places above.
func (p *page) openPair(pair *batchPair) {
	p.receive([]js.Value{pair.files[first].blob, pair.files[second].blob}, nil)
	p.stage.reveal()
}

// fuseAllAgain fuses what is outdated once more, and what has not been fused yet.
func (p *page) fuseAllAgain() {
	b := &p.batch
	if b.isRunning() || p.model.fuser == nil {
		return
	}
	for _, pair := range b.pairs {
		pair.again = p.outdated(pair.result)
	}
	p.runBatch()
}

// runBatch fuses the pairs that have not been yet, those that went wrong again.
func (p *page) runBatch() {
	b := &p.batch
	if b.isRunning() || p.model.fuser == nil {
		return
	}
	for _, pair := range b.pairs {
		pair.problem = nil
	}
	run := js.Global().Get("AbortController").New()
	b.running = run
	p.render()
	go func() {
		current := func() bool { return b.running.Equal(run) } // not cancelled
		for pair := b.next(); pair != nil && current(); pair = b.next() {
			pair.atWork, pair.fraction = true, 0
			p.batchBox.render(&p.state)
			files := pair.files
			result, err := p.fusePair(pair, run.Get("signal"))
			if !current() { // the pair may be at work again, in another run
				result.release()
				return
			}
			pair.atWork, pair.again = false, false
			if slices.Contains(b.known, pair) && pair.files == files {
				pair.result.release()
				pair.result, pair.problem = result, err
			} else {
				result.release()
			}
			p.batchBox.render(&p.state)
		}
		if current() {
			b.running = js.Undefined()
			p.status.write(b.summary())
			p.render()
		}
	}()
}

// next is the first pair whose turn it is.
func (b *batch) next() *batchPair {
	for _, p := range b.pairs {
		if p.again || p.result == nil && p.problem == nil {
			return p
		}
	}
	return nil
}

// cancelBatch stops the run. What is fused stays.
func (p *page) cancelBatch() {
	if b := &p.batch; b.isRunning() {
		b.running.Call("abort")
		b.running = js.Undefined()
		for _, pair := range b.known {
			pair.atWork, pair.again = false, false
		}
		p.status.write(say("Cancelled."))
		p.render()
	}
}

// fusePair reads a pair, fuses it as the settings are at that moment, and makes
// a file of it. Its pictures are held no longer than that.
func (p *page) fusePair(pair *batchPair, signal js.Value) (*batchResult, error) {
	var pictures [2]*picture
	for _, s := range sides {
		file := pair.files[s]
		picture, err := p.module.read(file.name, file.blob)
		if err != nil {
			return nil, err
		}
		defer picture.release()
		pictures[s] = picture
	}
	a, b := pictures[first], pictures[second]
	if err := mismatch(a, b); err != nil {
		return nil, err
	}
	o := order{
		sources: [2]js.Value{a.blob, b.blob}, width: a.width, height: a.height,
		task: p.task, settings: p.unpainted(), once: true,
	}
	fused, err := p.model.fuser.fuse(o, signal, func(s step) {
		if !signal.Get("aborted").Bool() {
			pair.fraction = s.fraction
			p.batchBox.render(&p.state)
		}
	})
	if err != nil {
		return nil, err
	}
	blob, thumb, err := encode(fused)
	if err != nil {
		return nil, err
	}
	crc, err := checksum(blob)
	if err != nil {
		thumb.Call("close")
		return nil, err
	}
	return &batchResult{
		task:         o.task,
		settings:     o.settings,
		file:         archive.File{Name: pair.name + "-fused-" + o.task.id + ".png", Size: blob.Get("size").Int(), CRC: crc, Time: time.Now()},
		blob:         blob,
		thumb:        thumb,
		milliseconds: fused.milliseconds,
	}, nil
}

// saveBatch hands over the results as one ZIP archive.
func (p *page) saveBatch() {
	b := &p.batch
	b.failure = nil
	blob, err := b.zip()
	if err != nil {
		b.failure = problem("The results are too many for one ZIP file, which holds 4 GB. Remove some of the pairs.")
	} else {
		deliver(newDocument(), blob, "fused.zip")
	}
	p.render()
}

// zip is the archive. The pictures' bytes stay where the browser has them.
func (b *batch) zip() (js.Value, error) {
	var a archive.Archive
	var parts []any
	taken := map[string]bool{}
	for _, pair := range b.pairs {
		if pair.result == nil {
			continue
		}
		file := pair.result.file
		for stem, n := strings.TrimSuffix(file.Name, ".png"), 2; taken[file.Name]; n++ {
			file.Name = stem + "-" + count(n) + ".png"
		}
		taken[file.Name] = true
		header, err := a.Add(file)
		if err != nil {
			return js.Value{}, err
		}
		parts = append(parts, bytesOf(header), pair.result.blob)
	}
	end, err := a.End()
	if err != nil {
		return js.Value{}, err
	}
	parts = append(parts, bytesOf(end))
	return js.Global().Get("Blob").New(parts, map[string]any{"type": "application/zip"}), nil
}
