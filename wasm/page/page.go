//go:build js && wasm

package main

import (
	"syscall/js"

	"tcmoa/wasm/internal/settings"
)

// page is the state, what shows it, and the acts that change it.
type page struct {
	state
	module     module
	components []component

	think      *think
	status     *text // a live region for what the eye sees by itself
	fusing     *fuseBox
	modelLine  *modelLine
	stage      *stage
	measureBox *measureBox
	steering   *steering
	link       *link
	before     *before
	batchBox   *batchBox
}

// component is a part of the document. render writes what the state asks for.
type component interface{ render(s *state) }

func newPage(d document, m module) *page {
	p := &page{state: state{task: tasks[0], view: againstFirst, measures: &measures{}, settings: settings.Default()}, module: m}
	p.history = settings.NewHistory(p.settings)
	p.follower.whole = js.Null()
	p.status = d.text("status")
	p.fusing = newFuseBox(d, p)
	p.modelLine = newModelLine(d, p)
	p.stage = newStage(d, p)
	p.think = newThink(d, p)
	p.measureBox = newMeasureBox(d, p)
	p.steering = newSteering(d, p)
	p.link = newLink(p)
	p.before = newBefore(d, p)
	p.batchBox = newBatchBox(d, p)
	p.components = []component{
		newSampleRow(d, p),
		newTaskChoice(d, p),
		newZone(d, p, first),
		newZone(d, p, second),
		newPairBox(d, p),
		newSuggestBox(d, p),
		newUndoBox(d, p),
		p.fusing,
		p.modelLine,
		p.steering,
		newPromptDials(d, p),
		newRouterMix(d, p),
		newExpertSwitches(d, p),
		newBrush(d, p),
		p.before,
		newMapFile(d, p),
		newRunsBox(d, p),
		newOfflineLine(d),
		p.stage,
		newMirror(d, p.stage),
		newWeightMap(d, p),
		p.think,
		newSaver(d, p),
		p.measureBox,
		p.batchBox,
		newCredits(d),
		p.link,
	}
	newTakeAlong(d, p)
	newIntake(d, p)
	onLanguage(d, p.render)
	return p
}

func (p *page) render() {
	for _, c := range p.components {
		c.render(&p.state)
	}
}

// chooseTask takes another task; what is on the stage follows.
func (p *page) chooseTask(t *task) {
	p.task = t
	p.render()
	p.follow()
}
